import { CountedExchange, type CountedPlace } from '@ssp/contracts';
import { type Pool, type PoolClient } from 'pg';
import { findLateLine, findLine } from '../books/find-line.ts';
import { inSnapshot } from './in-snapshot.ts';

/** Which exchange is meant; of a supplier's own alone, where one is given. */
export type PlaceQuery = {
  readonly internalId: string;
  readonly hour: Date;
  readonly supplier: string | null;
};

/** Where an exchange was counted, and where that is stated. */
export function findPlace(pool: Pool, { internalId, hour, supplier }: PlaceQuery): Promise<CountedPlace> {
  return inSnapshot(pool, async (client) => {
    const month = hour.toISOString().slice(0, 7);
    const exchange = await findOne(client, hour, internalId);
    if (exchange === null || (supplier !== null && exchange.supplier !== supplier)) {
      return { exchange: null, month, isClosed: await isClosed(client, month), isLate: false, line: null };
    }
    const late = await isLate(client, hour, internalId);
    const find = late ? findLateLine : findLine;
    const { supplier: payee, interaction, outcome, isBillable } = exchange;
    const isPaid = isBillable === true && payee !== null && interaction !== null && outcome !== null;
    const closed = await isClosed(client, month);
    const line =
      isPaid && closed
        ? await find(client, month, { hour, internalId, supplier: payee, interaction, outcome })
        : null;
    return { exchange, month, isClosed: closed, isLate: late, line };
  });
}

async function findOne(client: PoolClient, hour: Date, internalId: string): Promise<CountedExchange | null> {
  const { rows } = await client.query<object>(
    `select e.internal_id as "internalId", k.supplier, k.provider_ods as "providerOds", k.provider_asid as "providerAsid",
       k.consumer_ods as "consumerOds", k.consumer_asid as "consumerAsid", k.interaction, k.outcome,
       e.billable as "isBillable", e.request_bytes::float8 as "requestBytes", e.response_bytes::float8 as "responseBytes",
       e.provider_us::float8 / 1000 as "providerMs", e.total_us::float8 / 1000 as "totalMs"
     from billing.counted_exchange as e left join billing.usage_key as k on k.key = e.key
     where e.hour = $1 and e.internal_id = $2`,
    [hour, internalId],
  );
  const [row] = rows;
  return row === undefined ? null : CountedExchange.parse({ ...row, hour: hour.toISOString() });
}

async function isLate(client: PoolClient, hour: Date, internalId: string): Promise<boolean> {
  const { rows } = await client.query(
    'select id from billing.late_exchange where hour = $1 and internal_id = $2',
    [hour, internalId],
  );
  return rows.length > 0;
}

async function isClosed(client: PoolClient, month: string): Promise<boolean> {
  const { rows } = await client.query('select month from billing.period where month = $1', [month]);
  return rows.length > 0;
}
