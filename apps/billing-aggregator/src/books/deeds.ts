import { type Actor as ActorShape, PersonActed, personActed } from '@ssp/contracts';
import { type Publisher } from '@ssp/kafka';
import { keepTelling } from '@ssp/postgres';
import { type Service } from '@ssp/service';
import { type ClientBase, type Pool } from 'pg';
import { z } from 'zod';
import { type DeedMetrics } from '../metrics.ts';

/** Who does something to the books, when and on what ground; kept for good. */
export type Doer = { readonly who: string; readonly why: string; readonly at: Date };

/** Who acts, as the audit names them. */
export type Actor = ActorShape;

type Deed = {
  readonly action: PersonActed['data']['action'];
  readonly who: Actor;
  /** Null where nobody is asked for a ground. */
  readonly why: string | null;
  readonly at: Date;
  readonly what: Readonly<Record<string, string>>;
};

/** As the books name them: `billing:Ada Baker`; a machine by its role alone. */
export function nameOf({ role, name }: Actor): string {
  return role === null || role === name ? name : `${role}:${name}`;
}

/** Notes a deed in the transaction that does it, so that each is told to the audit if and only if it was done. */
export async function noteDeed(client: ClientBase, { at, what, ...rest }: Deed): Promise<void> {
  await client.query('insert into billing.deed (done_at, data) values ($1, $2)', [
    at,
    JSON.stringify({ ...rest, what }),
  ]);
  await client.query(`select pg_notify('billing_deed', '')`);
}

const Row = z.object({
  id: z.string(),
  event_id: z.string(),
  done_at: z.date(),
  data: PersonActed.schema.shape.data,
});

/** Tells the audit of every deed, in their order and at least once, until released. */
export function keepTellingDeeds(
  pool: Pool,
  publisher: Publisher,
  metrics: DeedMetrics,
  service: Service,
): void {
  keepTelling(
    pool,
    {
      channel: 'billing_deed',
      lock: 'billing.deed.told',
      isOnItsWay: () => !publisher.isHealthy(),
      readUntold: async (client, deedsMax) => {
        const { rows } = await client.query<Record<string, unknown>>(
          'select id, event_id, done_at, data from billing.deed where told_at is null order by id limit $1',
          [deedsMax],
        );
        return z.array(Row).parse(rows);
      },
      eventOf: async (_client, { event_id: id, done_at: at, data }) =>
        personActed({ id, source: '/ssp/billing', at }, data),
      publish: (event) => publisher.publish(PersonActed.topic, event),
      noteTold: (client, { id }) =>
        client.query('update billing.deed set told_at = clock_timestamp() where id = $1', [id]),
      countUntold: async () => {
        const { rows } = await pool.query<{ untold: string }>(
          'select count(*) as untold from billing.deed where told_at is null',
        );
        return Number(rows[0]?.untold ?? 0);
      },
      metrics,
    },
    service,
  );
}
