import { generateKeyPairSync } from 'node:crypto';
import { AuditRetired } from '@ssp/contracts';
import { type Pool } from 'pg';
import { pino } from 'pino';
import { writeCheckpoints } from '../src/keep-checkpoints.ts';
import { knownKeys } from '../src/key-change.ts';
import { type Retiring, retireMonths } from '../src/retire/retire-months.ts';
import { emptyAudit, writeBatches } from './written-audit.ts';

export const { privateKey, publicKey } = generateKeyPairSync('ed25519');
export const keys = knownKeys([publicKey], []);

/** Batches by when their events occurred, and after which of them the chains were signed: some trees hold rows of both sorts. */
const batches = [
  { time: '2025-11-10T00:00:00.000Z', isSigned: true },
  { time: '2025-12-20T00:00:00.000Z', isSigned: false },
  { time: '2026-01-02T00:00:00.000Z', isSigned: true },
  // Told late.
  { time: '2025-12-31T23:59:59.999Z', isSigned: false },
  { time: '2026-02-01T00:00:00.000Z', isSigned: true },
  { time: '2026-02-02T00:00:00.000Z', isSigned: true },
] as const;

/** Whose retention of 60 days ends in the middle of January: November and December may go. */
export const march = new Date('2026-03-15T12:00:00.000Z');

/** An audit of some months, signed. */
export async function agedAudit(resources: AsyncDisposableStack) {
  const audit = await emptyAudit(resources);
  for (const { time } of batches) await audit.pool.query('select audit.ensure_month($1)', [time]);
  for (const [batch, { time, isSigned }] of batches.entries()) {
    await writeBatches(audit.pool, batch, new Date(time));
    if (isSigned) await writeCheckpoints(audit.pool, privateKey, new Date(time));
  }
  return audit;
}

/** Drops what is beyond 60 days; gives what was told of it. */
export async function retire(pool: Pool, changes: Partial<Retiring> = {}) {
  const told: AuditRetired[] = [];
  const retiring = {
    retentionDays: 60,
    who: 'ada',
    why: 'the law',
    key: privateKey,
    keys,
    at: march,
    publish: async (event: string) => {
      told.push(AuditRetired.decode(event));
    },
    ...changes,
  };
  return { ...(await retireMonths(pool, retiring, pino({ level: 'silent' }))), told };
}

/** The tables of months, with the rows of each. */
export async function monthTables(pool: Pool): Promise<Readonly<Record<string, number>>> {
  const { rows } = await pool.query<{ leaf: string; rows: number }>(
    `select leaf, (xpath('/row/n/text()', query_to_xml('select count(*) as n from ' || leaf, false, true, '')))[1]::text::int as rows
     from (select inhrelid::regclass::text as leaf from pg_inherits
       where inhparent in ('audit.event'::regclass, 'audit.full_url'::regclass)) as leaves
     order by leaf`,
  );
  return Object.fromEntries(rows.map((row) => [row.leaf, row.rows]));
}
