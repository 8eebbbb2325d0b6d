import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { type DevelopmentPki, startStubProvider } from '@ssp/testing';
import { createConsumer, exampleHeaders } from './consumer.ts';
import { startForwardingEdge } from './forwarding-edge.ts';
import { growthDuring } from './resident-bytes.ts';
import { targetPath } from './target.ts';

/** What so many consumers did to the edge's memory by asking for much and reading little. */
export type SlowReading = {
  /** Most that it grew above where it stood with all connections open and used, in bytes. */
  readonly growthBytes: number;
  /** The same while nobody read at all, until nothing moved any more. */
  readonly stalledGrowthBytes: number;
};

/** How many readers there are, and what each asks for. */
export type SlowReadersPlan = { readonly readers: number; readonly answerBytes: number };

const partBytes = 64 * 1_024;
/** No multiple of anything that copies bytes, so that a part in the wrong place shows. */
const material = randomBytes(1_048_573);
/** Enough small answers that the edge's young space has been filled once. */
const warmRounds = 10;
const stallMs = 500;
const paceMs = 5;

/**
 * Lets each reader ask for an answer of its own through one edge and read nothing; once nothing moves, a third of them hang up and
 * the others read to the end, each at its own slow pace.
 * @throws Error when a byte comes that is not the one which the provider sent
 */
export async function readSlowly(
  pki: DevelopmentPki,
  { readers, answerBytes }: SlowReadersPlan,
  resources: AsyncDisposableStack,
): Promise<SlowReading> {
  const provider = await startStubProvider({ pki }, resources);
  const edge = await startForwardingEdge(pki, provider, resources, {
    EDGE_PROVIDER_CONNECTIONS: String(readers),
  });
  const consumer = createConsumer(
    { port: edge.port, caFile: pki.ca },
    pki.consumers.good,
    resources,
    readers,
  );
  const ask = async (bytes: number, reader: number) => {
    const outgoing = consumer.open({
      path: `${targetPath}/Binary?bytes=${bytes}&reader=${reader}`,
      headers: exampleHeaders,
    });
    outgoing.end();
    const [response]: IncomingMessage[] = await once(outgoing, 'response');
    if (response === undefined) throw new Error('no answer');
    if (response.statusCode !== 200) throw new Error(`reader ${reader} was refused: ${await text(response)}`);
    return response;
  };
  let sentBytes = 0;
  provider.answerWith((req, res) => {
    const asked = new URL(req.url ?? '', 'https://provider').searchParams;
    send(res, { bytes: Number(asked.get('bytes')), reader: Number(asked.get('reader')) }, (bytes) => {
      sentBytes += bytes;
    });
  });
  const everyone = Array.from({ length: readers }, (_, reader) => reader);
  const all = (bytes: number) => Promise.all(everyone.map((reader) => ask(bytes, reader)));

  for (let round = 0; round < warmRounds; round++) {
    const warm = await all(2_300);
    await Promise.all(warm.map((response, reader) => readAll(response, reader, 2_300, 0)));
  }
  let stalledGrowthBytes = 0;
  const growthBytes = await growthDuring(edge.pid, async () => {
    let responses: readonly IncomingMessage[] = [];
    stalledGrowthBytes = await growthDuring(edge.pid, async () => {
      responses = await all(answerBytes);
      for (let before = -1; sentBytes !== before;) {
        before = sentBytes;
        await wait(stallMs);
      }
    });
    await Promise.all(
      responses.map(async (response, reader) => {
        if (reader % 3 === 2) response.destroy();
        else await readAll(response, reader, answerBytes, paceMs * (1 + (reader % 4)));
      }),
    );
  });
  return { growthBytes, stalledGrowthBytes };
}

/** Sends the reader's own bytes as fast as they are taken. */
function send(
  res: ServerResponse,
  { bytes, reader }: { readonly bytes: number; readonly reader: number },
  sent: (bytes: number) => void,
): void {
  res.writeHead(200, { 'Content-Length': String(bytes) });
  let at = 0;
  const go = () => {
    while (at < bytes) {
      const part = expected(reader, at, Math.min(partBytes, bytes - at));
      at += part.length;
      sent(part.length);
      if (!res.write(part)) return void res.once('drain', go);
    }
    res.end();
  };
  go();
}

/** Reads to the end, what is there every `everyMs`; 0 reads at once. */
async function readAll(
  response: IncomingMessage,
  reader: number,
  bytes: number,
  everyMs: number,
): Promise<void> {
  let at = 0;
  for await (const chunk of response) {
    check(chunk, reader, at);
    at += chunk.length;
    if (everyMs > 0 && at < bytes) await wait(everyMs);
  }
  if (at !== bytes) throw new Error(`${at} of ${bytes} bytes came to reader ${reader}`);
}

function check(chunk: Buffer, reader: number, at: number): void {
  for (let done = 0; done < chunk.length;) {
    const wanted = expected(reader, at + done, chunk.length - done);
    if (wanted.compare(chunk, done, done + wanted.length) !== 0)
      throw new Error(`reader ${reader} got other bytes than were sent, near ${at + done}`);
    done += wanted.length;
  }
}

/** Bytes of a reader's answer from `at` on: at most so many, at least one. */
function expected(reader: number, at: number, most: number): Buffer {
  const from = (at + reader * 7_919) % material.length;
  return material.subarray(from, Math.min(from + most, material.length));
}
