import { type KeyObject, sign, verify } from 'node:crypto';

/** What the chains of a partition had come to when everything before `nextOffset` was written. */
export type Checkpoint = {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: bigint;
  readonly at: Date;
  readonly eventDigest: Buffer;
  readonly urlDigest: Buffer;
};

export type SignedCheckpoint = Checkpoint & { readonly signature: Buffer };

/** Signs with an Ed25519 private key. */
export function signCheckpoint(checkpoint: Checkpoint, key: KeyObject): Buffer {
  return sign(null, signedBytes(checkpoint), key);
}

export function isSignedBy(checkpoint: Checkpoint, signature: Buffer, key: KeyObject): boolean {
  return verify(null, signedBytes(checkpoint), key, signature);
}

function signedBytes({ topic, partition, nextOffset, at, eventDigest, urlDigest }: Checkpoint): Buffer {
  const parts = [
    'ssp.audit.checkpoint.v1',
    topic,
    partition,
    String(nextOffset),
    at.toISOString(),
    eventDigest.toString('hex'),
    urlDigest.toString('hex'),
  ];
  return Buffer.from(JSON.stringify(parts));
}
