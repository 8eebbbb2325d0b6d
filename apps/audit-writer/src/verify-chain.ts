import { type KeyObject } from 'node:crypto';
import { ExchangeReceived } from '@ssp/contracts';
import { type Pool } from 'pg';
import { type AuditEntry, readEntry } from './audit-entry.ts';
import { type EventRow, eventRows, urlRows } from './chain-rows.ts';
import { isSignedBy } from './checkpoint.ts';
import { chainDigest, chainStart } from './hash-chain.ts';
import { type PartitionRecord, type SignedCheckpoint } from './partition-record.ts';

/** The first thing found wrong in a partition, at or before `offset`. */
export type ChainFault = {
  readonly fault:
    | 'event altered, moved or put in'
    | 'event missing'
    | 'event does not match its search columns'
    | 'full URL altered, moved, put in or missing'
    | 'rows missing at the end'
    | 'checkpoint not signed by the key'
    | 'checkpoint contradicts the rows';
  readonly offset: bigint;
};

/** Recomputes the chains of one partition. `key` is the checkpoints' public key; null leaves signatures unproved. */
export async function verifyChain(
  pool: Pool,
  partition: PartitionRecord,
  key: KeyObject | null,
): Promise<ChainFault | null> {
  return (
    signatureFault(partition, key) ?? (await eventFault(pool, partition)) ?? (await urlFault(pool, partition))
  );
}

function signatureFault({ checkpoints }: PartitionRecord, key: KeyObject | null): ChainFault | null {
  if (!key) return null;
  const forged = checkpoints.find((checkpoint) => !isSignedBy(checkpoint, checkpoint.signature, key));
  return forged ? { fault: 'checkpoint not signed by the key', offset: forged.nextOffset } : null;
}

async function eventFault(pool: Pool, record: PartitionRecord): Promise<ChainFault | null> {
  const { topic, partition, quarantined } = record;
  const milestones = new Milestones(record.checkpoints, ({ eventDigest }) => eventDigest);
  let digest = chainStart;
  let expected: bigint | null = null;
  for await (const row of eventRows(pool, record)) {
    const offset = BigInt(row.offset);
    while (expected !== null && quarantined.has(expected)) expected += 1n;
    if (expected !== null && offset > expected) return { fault: 'event missing', offset: expected };
    if (milestones.contradict(offset, digest)) return { fault: 'checkpoint contradicts the rows', offset };
    digest = chainDigest(digest, { topic, partition, offset }, [row.body]);
    if (!digest.equals(row.digest)) return { fault: 'event altered, moved or put in', offset };
    if (!matchesColumns(row, storedEntry(topic, row.body))) {
      return { fault: 'event does not match its search columns', offset };
    }
    expected = offset + 1n;
  }
  if (milestones.contradict(record.nextOffset, digest)) {
    return { fault: 'checkpoint contradicts the rows', offset: record.nextOffset };
  }
  return digest.equals(record.eventDigest)
    ? null
    : { fault: 'rows missing at the end', offset: record.nextOffset };
}

async function urlFault(pool: Pool, record: PartitionRecord): Promise<ChainFault | null> {
  const { topic, partition } = record;
  const milestones = new Milestones(record.checkpoints, ({ urlDigest }) => urlDigest);
  let digest = chainStart;
  for await (const { internalId, occurredAt, url, ...row } of urlRows(pool, record)) {
    const offset = BigInt(row.offset);
    if (milestones.contradict(offset, digest)) return { fault: 'checkpoint contradicts the rows', offset };
    digest = chainDigest(digest, { topic, partition, offset }, [internalId, occurredAt.toISOString(), url]);
    if (!digest.equals(row.digest)) return { fault: 'full URL altered, moved, put in or missing', offset };
  }
  if (milestones.contradict(record.nextOffset, digest)) {
    return { fault: 'checkpoint contradicts the rows', offset: record.nextOffset };
  }
  return digest.equals(record.urlDigest)
    ? null
    : { fault: 'rows missing at the end', offset: record.nextOffset };
}

/** The checkpoints not yet passed while rows are walked in order. */
class Milestones {
  readonly #checkpoints: readonly SignedCheckpoint[];
  readonly #digestOf: (checkpoint: SignedCheckpoint) => Buffer;
  #passed = 0;

  constructor(checkpoints: readonly SignedCheckpoint[], digestOf: (checkpoint: SignedCheckpoint) => Buffer) {
    this.#checkpoints = checkpoints;
    this.#digestOf = digestOf;
  }

  /** Passes those that end at or before `offset`, where the chain has come to `digest`. */
  contradict(offset: bigint, digest: Buffer): boolean {
    for (const checkpoint of this.#upTo(offset)) {
      if (!this.#digestOf(checkpoint).equals(digest)) return true;
    }
    return false;
  }

  *#upTo(offset: bigint): Generator<SignedCheckpoint> {
    for (;;) {
      const next = this.#checkpoints[this.#passed];
      if (!next || next.nextOffset > offset) return;
      this.#passed += 1;
      yield next;
    }
  }
}

/** Reads a stored body as the event it was; the full URL, which stands elsewhere, plays no part in the columns. */
function storedEntry(topic: string, body: string): AuditEntry {
  if (topic !== ExchangeReceived.topic) return readEntry(topic, Buffer.from(body));
  const event: { data: object } = JSON.parse(body);
  return readEntry(topic, Buffer.from(JSON.stringify({ ...event, data: { ...event.data, url: '' } })));
}

function matchesColumns({ occurredAt, ...row }: EventRow, entry: AuditEntry): boolean {
  const { fullUrl: _fullUrl, occurredAt: time, ...columns } = entry;
  return (
    occurredAt.getTime() === Date.parse(time) &&
    Object.entries(columns).every(([name, value]) => {
      const held: unknown = Reflect.get(row, name);
      return held === value || (held === null && laterColumns.has(name));
    })
  );
}

/** Columns that older rows have not got; what they hold by now must be true all the same. */
const laterColumns: ReadonlySet<string> = new Set([
  'decisionId',
  'certificateNames',
  'network',
  'senderOds',
  'receiverOds',
]);
