import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { rowFormats } from '../src/archive/row-file.ts';
import { archivedAudit } from './archived-audit.ts';

type StoredRow = { readonly body: string; readonly occurredAt: string; readonly digest: string };

/** What DuckDB answers, each value as its JSON. */
async function ask(resources: AsyncDisposableStack) {
  const instance = resources.adopt(await DuckDBInstance.create(':memory:'), (it) => it.closeSync());
  const connection = resources.adopt(await instance.connect(), (it) => it.closeSync());
  await connection.run(`set TimeZone = 'UTC'`);
  return async (query: string) => (await connection.runAndReadAll(query)).getRowObjectsJson();
}

test.for(rowFormats)(
  'DuckDB finds the rows of a trace in an archive as %s, byte for byte',
  async (format) => {
    await using resources = new AsyncDisposableStack();
    const { pool, folder } = await archivedAudit(resources, format);
    const query = await ask(resources);
    const files = (table: string) => {
      const glob = join(folder, '*', `${table}-*`);
      return format === 'parquet' ? `read_parquet('${glob}.parquet')` : `read_json('${glob}.ndjson.gz')`;
    };
    expect(await query(`select count(*)::int as events from ${files('event')}`)).toEqual([{ events: 128 }]);
    expect(await query(`select count(*)::int as urls from ${files('full_url')}`)).toEqual([{ urls: 64 }]);
    // What was put aside where two months meet belongs to the proof of both.
    const putAside = `select distinct topic, partition, "offset" from ${files('quarantine')}`;
    expect(await query(`select count(*)::int as records from (${putAside})`)).toEqual([{ records: 16 }]);

    const { rows } = await pool.query<StoredRow & { traceId: string }>(
      `select trace_id as "traceId", body::text as body, encode(digest, 'hex') as digest,
       to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "occurredAt"
     from audit.event where trace_id = (select trace_id from audit.event order by event_id limit 1) order by event_id`,
    );
    expect(rows.length).toBeGreaterThan(0);
    const digest = format === 'parquet' ? 'lower(hex(digest))' : 'digest';
    const found = await query(
      `select trace_id as "traceId", body, ${digest} as digest,
       strftime(occurred_at::timestamptz, '%Y-%m-%dT%H:%M:%S.%gZ') as "occurredAt"
     from ${files('event')} where trace_id = '${rows[0]?.traceId}' order by event_id`,
    );
    expect(found).toEqual(rows);
  },
);
