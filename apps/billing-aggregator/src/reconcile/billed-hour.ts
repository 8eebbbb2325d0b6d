import { inTransaction } from '@ssp/postgres';
import { type ClientBase, type Pool } from 'pg';
import { type KeySum, type KeySums } from './key-sums.ts';
import { countedBelow, type Offsets } from './offsets.ts';

/** What billing has of an hour at one moment. */
export type BilledHour = {
  readonly usage: KeySums;
  /** Null where the ledger of its month is not whole, or was dropped. */
  readonly entered: KeySums | null;
  readonly offsets: Offsets;
  /** How often the hour has changed since it was first reconciled. */
  readonly changes: bigint;
};

type Row = {
  readonly key: string;
  readonly requests: string;
  readonly billable: string;
  readonly requestBytes: string;
  readonly responseBytes: string;
};

/** Makes the row by which changes are noticed, and then reads what was counted for the hour. */
export async function readBilledHour(pool: Pool, hour: Date): Promise<BilledHour> {
  await pool.query('insert into billing.reconciled_hour (hour) values ($1) on conflict do nothing', [hour]);
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    const { rows: noticed } = await client.query<{ changes: string }>(
      'select changes from billing.reconciled_hour where hour = $1',
      [hour],
    );
    return {
      usage: await usageOfHour(client, hour),
      entered: (await isLedgerWhole(client, hour)) ? await enteredOfHour(client, hour) : null,
      offsets: await countedBelow(client),
      changes: BigInt(noticed[0]?.changes ?? 0),
    };
  });
}

async function usageOfHour(client: ClientBase, hour: Date): Promise<KeySums> {
  const { rows } = await client.query<Row>(
    `select key, requests, billable, request_bytes as "requestBytes", response_bytes as "responseBytes"
     from billing.usage_hour where hour = $1`,
    [hour],
  );
  return sumsOf(rows);
}

async function enteredOfHour(client: ClientBase, hour: Date): Promise<KeySums> {
  const { rows } = await client.query<Row>(
    `select key, count(*) as requests, count(*) filter (where billable) as billable,
       sum(request_bytes) as "requestBytes", sum(response_bytes) as "responseBytes"
     from billing.counted_exchange where hour = $1 group by key`,
    [hour],
  );
  return sumsOf(rows);
}

async function isLedgerWhole(client: ClientBase, hour: Date): Promise<boolean> {
  const { rows } = await client.query<{ isWhole: boolean }>(
    `select is_complete and dropped_at is null as "isWhole" from billing.ledger_month
     where month = date_trunc('month', $1::timestamptz at time zone 'UTC')::date`,
    [hour],
  );
  // A month that nothing was counted in has no ledger.
  return rows[0]?.isWhole ?? true;
}

function sumsOf(rows: readonly Row[]): KeySums {
  return new Map(
    rows.map(({ key, ...sum }): readonly [bigint, KeySum] => [
      BigInt(key),
      {
        requests: Number(sum.requests),
        billable: Number(sum.billable),
        requestBytes: Number(sum.requestBytes),
        responseBytes: Number(sum.responseBytes),
      },
    ]),
  );
}
