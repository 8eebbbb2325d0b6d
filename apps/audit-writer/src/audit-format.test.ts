import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkpointStatement } from './checkpoint.ts';
import { chainDigest, chainStart } from './hash-chain.ts';
import { isSignedBy } from './statement.ts';

const Example = z.object({
  topic: z.string(),
  partition: z.int(),
  events: z.array(z.object({ offset: z.string(), body: z.string(), digest: z.string() })),
  urls: z.array(
    z.object({
      offset: z.string(),
      internalId: z.string(),
      occurredAt: z.string(),
      url: z.string(),
      digest: z.string(),
    }),
  ),
  checkpoint: z.object({
    nextOffset: z.string(),
    at: z.string(),
    publicKey: z.string(),
    signature: z.string(),
  }),
});

const page = readFileSync(new URL('../../../docs/audit-format.md', import.meta.url), 'utf8');
const example = Example.parse(JSON.parse(/```json\n(.*?)```/s.exec(page)?.[1] ?? ''));
const { topic, partition, events, urls, checkpoint } = example;
const place = ({ offset }: { readonly offset: string }) => ({ topic, partition, offset: BigInt(offset) });
const digestOf = (row: { readonly digest: string } | undefined) => Buffer.from(row?.digest ?? '', 'hex');

test('the digests of the published example are those that the chains would hold', () => {
  let digest = chainStart;
  for (const event of events) {
    digest = chainDigest(digest, place(event), [event.body]);
    expect(digest.toString('hex')).toBe(event.digest);
  }
  digest = chainStart;
  for (const url of urls) {
    digest = chainDigest(digest, place(url), [url.internalId, url.occurredAt, url.url]);
    expect(digest.toString('hex')).toBe(url.digest);
  }
});

test('the checkpoint of the published example is signed by its key', () => {
  const key = createPublicKey({
    format: 'jwk',
    key: {
      kty: 'OKP',
      crv: 'Ed25519',
      x: Buffer.from(checkpoint.publicKey, 'hex').toString('base64url'),
    },
  });
  const signed = {
    topic,
    partition,
    nextOffset: BigInt(checkpoint.nextOffset),
    at: new Date(checkpoint.at),
    eventDigest: digestOf(events.at(-1)),
    urlDigest: digestOf(urls.at(-1)),
    link: null,
  };
  const signature = Buffer.from(checkpoint.signature, 'hex');
  expect(isSignedBy({ statement: checkpointStatement(signed), signature }, key)).toBe(true);
  expect(isSignedBy({ statement: checkpointStatement({ ...signed, nextOffset: 44n }), signature }, key)).toBe(
    false,
  );
});
