import { Acceptance } from '@ssp/contracts';
import { inTransaction } from '@ssp/postgres';
import { Problem } from '@ssp/service';
import { type ClientBase, type Pool } from 'pg';
import { z } from 'zod';
import { lockBooks } from '../books/books-locks.ts';
import { type Actor, nameOf, noteDeed } from '../books/deeds.ts';
import { type Period } from './hours.ts';

/** What is to be accepted: a difference by its number, or the hours of a stretch whose audit or ledger is not there whole. */
export type Acceptable = { readonly difference: number } | { readonly stretch: Period };

type By = { readonly actor: Actor; readonly why: string; readonly at: Date };

/**
 * Accepts what does not balance; kept for good, and told to the audit.
 * @throws Problem 404 where there is no such difference (any more), 409 where it was accepted before
 */
export function accept(pool: Pool, wanted: Acceptable, { actor, why, at }: By): Promise<Acceptance> {
  return inTransaction(pool, async (client) => {
    await lockBooks(client);
    const id =
      'difference' in wanted
        ? await acceptDifference(client, wanted.difference, [nameOf(actor), why, at])
        : await acceptStretch(client, wanted.stretch, [nameOf(actor), why, at]);
    const [made] = await readRows(client, 'where id = $1', [id]);
    if (made === undefined) throw new Error(`acceptance ${id} is gone`);
    const { from, to, difference } = made;
    await noteDeed(client, {
      action: 'difference-accepted',
      who: actor,
      why,
      at,
      what: {
        acceptance: id,
        from,
        to,
        ...(difference !== null && { ...difference, internalId: difference.internalId ?? '' }),
      },
    });
    return made;
  });
}

async function acceptDifference(
  client: ClientBase,
  difference: number,
  by: readonly unknown[],
): Promise<string> {
  const { rows } = await client.query<{ id: string | null }>(
    `with wanted as (
       select hour, kind, internal_id, about from billing.difference where id = $1 and kind <> 'late'
     ), made as (
       insert into billing.acceptance (from_hour, to_hour, kind, internal_id, about, who, why, accepted_at)
       select hour, hour + interval '1 hour', kind, internal_id, about, $2, $3, $4 from wanted
       on conflict do nothing returning id
     )
     select made.id from wanted left join made on true`,
    [difference, ...by],
  );
  const [found] = rows;
  if (found === undefined)
    throw new Problem(
      404,
      `There is no difference ${difference} now; when its hour is held against the audit again, others may be named.`,
    );
  if (found.id === null) throw new Problem(409, `Difference ${difference} was accepted before.`);
  return found.id;
}

async function acceptStretch(
  client: ClientBase,
  { from, to }: Period,
  by: readonly unknown[],
): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `insert into billing.acceptance (from_hour, to_hour, who, why, accepted_at)
     select $1, $2, $3, $4, $5
     where not exists (select from billing.acceptance where kind is null and from_hour <= $1 and to_hour >= $2)
     returning id`,
    [from, to, ...by],
  );
  const [made] = rows;
  if (made === undefined) throw new Problem(409, 'All of that stretch was accepted before.');
  return made.id;
}

/** What was accepted of a period, the oldest hours first. */
export function readAcceptances(client: Pool | ClientBase, { from, to }: Period): Promise<Acceptance[]> {
  return readRows(client, 'where from_hour < $2 and to_hour > $1 order by from_hour, id', [from, to]);
}

const Row = z.object({
  id: z.string().transform(Number),
  from: z.date(),
  to: z.date(),
  kind: z.string().nullable(),
  internalId: z.string().nullable(),
  about: z.string().nullable(),
  who: z.string(),
  why: z.string(),
  at: z.date(),
});

async function readRows(client: Pool | ClientBase, which: string, values: readonly unknown[]) {
  const { rows } = await client.query<Record<string, unknown>>(
    `select id, from_hour as "from", to_hour as "to", kind, internal_id as "internalId", about, who, why, accepted_at as at
     from billing.acceptance ${which}`,
    [...values],
  );
  return z
    .array(Row)
    .parse(rows)
    .map(({ from, to, kind, internalId, about, at, ...row }) =>
      Acceptance.parse({
        ...row,
        from: from.toISOString(),
        to: to.toISOString(),
        difference: kind === null ? null : { kind, internalId, about },
        at: at.toISOString(),
      }),
    );
}

/** SQL that says whether all that differs in an hour was accepted: `kept` is its row of `billing.reconciled_hour`. */
export const isAccepted = `(not kept.is_balanced and kept.at is not null and (
  kept.differences = (
    select count(*) from billing.difference as named join billing.acceptance as accepted
      on accepted.from_hour = named.hour and accepted.kind = named.kind and md5(accepted.about) = md5(named.about)
        and accepted.internal_id is not distinct from named.internal_id
    where named.hour = kept.hour and named.kind <> 'late')
  or (
    exists (
      select from billing.acceptance as stretch
      where stretch.kind is null and stretch.from_hour <= kept.hour and stretch.to_hour > kept.hour)
    and (
      (kept.told = 0 and kept.audited = 0)
      or exists (select from billing.difference as named where named.hour = kept.hour and named.kind = 'retired')
      or exists (
        select from billing.ledger_month as ledger
        where ledger.month = date_trunc('month', kept.hour at time zone 'UTC')::date
          and (not ledger.is_complete or ledger.dropped_at is not null))))))`;
