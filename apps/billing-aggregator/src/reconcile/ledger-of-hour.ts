import { inTransaction } from '@ssp/postgres';
import { type Pool } from 'pg';
import { type Usage } from '../usage-of.ts';
import { countedBelow, type Offsets } from './offsets.ts';

const pageRows = 10_000;

/** What the ledger says of an exchange, as one text that is the same for the same facts. */
export type Entry = string;

/** The exchanges of an hour by their ids, in memory as a whole, and what had been counted by then. */
export type LedgerOfHour = { readonly entries: Map<string, Entry>; readonly offsets: Offsets };

type Row = {
  readonly internalId: string;
  readonly key: string;
  readonly requestBytes: string;
  readonly responseBytes: string;
  readonly providerUs: string | null;
  readonly totalUs: string;
  readonly billable: boolean;
};

export function readLedgerOfHour(pool: Pool, hour: Date): Promise<LedgerOfHour> {
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    await client.query(
      `declare entries no scroll cursor for
       select internal_id as "internalId", key, request_bytes as "requestBytes", response_bytes as "responseBytes",
         provider_us as "providerUs", total_us as "totalUs", billable
       from billing.counted_exchange where hour = $1`,
      [hour],
    );
    const entries = new Map<string, Entry>();
    for (;;) {
      const { rows } = await client.query<Row>(`fetch ${pageRows} from entries`);
      if (rows.length === 0) break;
      for (const { internalId, ...row } of rows) entries.set(internalId, entryText(row));
    }
    return { entries, offsets: await countedBelow(client) };
  });
}

const fields = ['key', 'requestBytes', 'responseBytes', 'providerUs', 'totalUs', 'billable'] as const;

function entryText({
  key,
  requestBytes,
  responseBytes,
  providerUs,
  totalUs,
  billable,
}: Omit<Row, 'internalId'>): Entry {
  return `${key} ${requestBytes} ${responseBytes} ${providerUs} ${totalUs} ${billable}`;
}

/** What the ledger should say of an exchange. */
export function entryOf({ key, requestBytes, responseBytes, providerUs, totalUs, isBillable }: Usage): Entry {
  return `${key} ${requestBytes} ${responseBytes} ${providerUs} ${totalUs} ${isBillable}`;
}

/** Names what differs between two entries, and how. */
export function tellAltered(entered: Entry, due: Entry): string {
  const [has, should] = [entered.split(' '), due.split(' ')];
  return fields
    .flatMap((field, place) =>
      has[place] === should[place] ? [] : [`${field} is ${has[place]}, should be ${should[place]}`],
    )
    .join('; ');
}
