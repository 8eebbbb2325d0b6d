import { type Adjustment, penceOf, poundsText } from '@ssp/contracts';
import { inTransaction } from '@ssp/postgres';
import { Problem } from '@ssp/service';
import { type ClientBase, type Pool } from 'pg';
import { z } from 'zod';
import { lockBooks } from './books-locks.ts';
import { type Actor, nameOf, noteDeed } from './deeds.ts';

/** A correction of a statement's line. */
export type NewAdjustment = {
  readonly number: string;
  readonly line: number;
  /** Pounds; a credit to the payer is negative. */
  readonly amount: string;
  readonly reason: string;
};

/**
 * Orders a correction, which the supplier's next statement states.
 * @throws Problem 404 where there is no such line, 409 where the same correction waits already: an order that is sent again is no second one
 */
export async function adjust(
  pool: Pool,
  { number, line, amount, reason }: NewAdjustment,
  actor: Actor,
  now: Date,
): Promise<number> {
  return inTransaction(pool, async (client) => {
    await lockBooks(client);
    const waiting = await findWaiting(client, { number, line, amount, reason });
    if (waiting !== null) {
      throw new Problem(
        409,
        `Correction ${waiting} of ${number}/${line} is the same and waits for its statement; another one needs another reason.`,
      );
    }
    const { rows } = await client.query<{ id: string }>(
      `insert into billing.adjustment (id, supplier, serial, line, amount_pence, reason, who, made_at)
       select (select coalesce(max(id), 0) + 1 from billing.adjustment),
         statement.supplier, statement.serial, corrected.line, $3, $4, $5, $6
       from billing.statement join billing.statement_line as corrected using (serial)
       where statement.number = $1 and corrected.line = $2
       returning id`,
      [number, line, penceOf(amount), reason, nameOf(actor), now],
    );
    const id = rows[0]?.id;
    if (id === undefined) throw new Problem(404, `There is no line ${line} of a statement ${number}.`);
    await noteDeed(client, {
      action: 'adjusted',
      who: actor,
      why: reason,
      at: now,
      what: { adjustment: id, refersTo: `${number}/${line}`, amount },
    });
    return Number(id);
  });
}

/** The id of the same correction, where no statement has stated it yet. */
async function findWaiting(
  client: ClientBase,
  { number, line, amount, reason }: NewAdjustment,
): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>(
    `select made.id from billing.adjustment as made join billing.statement as corrected using (serial)
     where corrected.number = $1 and made.line = $2 and made.amount_pence = $3 and made.reason = $4
       and not exists (select from billing.statement_line as stating where stating.adjustment = made.id)`,
    [number, line, penceOf(amount), reason],
  );
  return rows[0]?.id ?? null;
}

const Row = z.object({
  id: z.string().transform(Number),
  supplier: z.string(),
  refersTo: z.string(),
  amount: z.string().transform((pence) => poundsText(BigInt(pence))),
  reason: z.string(),
  who: z.string(),
  madeAt: z.date().transform((at) => at.toISOString()),
  statedOn: z.string().nullable(),
});

/** All corrections, the newest first. */
export async function readAdjustments(
  client: Pick<ClientBase | Pool, 'query'>,
  supplier: string | null,
): Promise<Adjustment[]> {
  const { rows } = await client.query<Record<string, unknown>>(
    `select made.id, made.supplier, corrected.number || '/' || made.line as "refersTo", made.amount_pence as amount,
       made.reason, made.who, made.made_at as "madeAt", stating.number || '/' || stated.line as "statedOn"
     from billing.adjustment as made
     join billing.statement as corrected on corrected.serial = made.serial
     left join billing.statement_line as stated on stated.adjustment = made.id
     left join billing.statement as stating on stating.serial = stated.serial
     where $1::text is null or made.supplier = $1
     order by made.id desc`,
    [supplier],
  );
  return z.array(Row).parse(rows);
}
