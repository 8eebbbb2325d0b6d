import { poundsText, priceText, Statement, type StatementHead, StatementLine } from '@ssp/contracts';
import { type ClientBase, type Pool } from 'pg';
import { z } from 'zod';

type Reader = Pick<ClientBase | Pool, 'query'>;

/** Which statements are wanted; null asks for all. */
export type StatementFilter = {
  readonly supplier: string | null;
  readonly month: string | null;
  readonly number: string | null;
};

const Count = z.string().transform(Number).pipe(z.int());
const Hex = z.instanceof(Buffer).transform((bytes) => bytes.toString('hex'));
const Instant = z.date().transform((date) => date.toISOString());
const Amount = z.string().transform((pence) => poundsText(BigInt(pence)));

const HeadRow = z.object({
  number: z.string(),
  serial: Count,
  month: z.string(),
  supplier: z.string(),
  closedAt: Instant,
  closedBy: z.string(),
  why: z.string(),
  tariffVersion: Count,
  tariffHash: Hex,
  requests: Count,
  billable: Count,
  total: Amount,
  previousHash: Hex,
  hash: Hex,
  keyId: Hex,
  signature: z.instanceof(Buffer).transform((bytes) => bytes.toString('base64')),
});

/** Statements without their lines, the newest first. */
export async function readHeads(client: Reader, filter: StatementFilter): Promise<StatementHead[]> {
  const { rows } = await client.query<Record<string, unknown>>(
    `select number, serial, month, supplier, closed_at as "closedAt", who as "closedBy", why,
       tariff_version as "tariffVersion", tariff_hash as "tariffHash", requests, billable, total_pence as total,
       previous_hash as "previousHash", hash, key_id as "keyId", signature
     from billing.statement
     where ($1::text is null or supplier = $1) and ($2::text is null or month = $2)
       and ($3::text is null or number = $3)
     order by serial desc`,
    [filter.supplier, filter.month, filter.number],
  );
  return z.array(HeadRow).parse(rows);
}

const Nullable = z.string().nullable();
const LineRow = z.object({
  serial: Count,
  line: z.int(),
  kind: StatementLine.shape.kind,
  month: z.string(),
  interaction: Nullable,
  outcome: Nullable,
  priceId: Nullable,
  tier: z.int().nullable(),
  quantity: Count.nullable(),
  price: z
    .string()
    .transform((millionths) => priceText(BigInt(millionths)))
    .nullable(),
  after: Count.nullable(),
  amount: Amount,
  adjustment: Count.nullable(),
  refersTo: Nullable,
  reason: Nullable,
});

/** Statements whole, in the order of their serials. */
export async function readStatements(client: Reader, filter: StatementFilter): Promise<Statement[]> {
  const heads = (await readHeads(client, filter)).toReversed();
  const { rows } = await client.query<Record<string, unknown>>(
    `select serial, line, kind, month, interaction, outcome, price_id as "priceId", tier, quantity, price, after,
       amount_pence as amount, adjustment, refers_to as "refersTo", reason
     from billing.statement_line where serial = any($1::bigint[]) order by serial, line`,
    [heads.map(({ serial }) => serial)],
  );
  const lines = Map.groupBy(z.array(LineRow).parse(rows), ({ serial }) => serial);
  return heads.map((head) =>
    Statement.parse({
      ...head,
      lines: (lines.get(head.serial) ?? []).map(({ serial: _serial, ...line }) => line),
    }),
  );
}

/** A statement whole; null where there is none of that number, or for that supplier. */
export async function readStatement(
  client: Reader,
  number: string,
  supplier: string | null,
): Promise<Statement | null> {
  const [statement] = await readStatements(client, { number, supplier, month: null });
  return statement ?? null;
}
