import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { keyIdOf, millionthsOf, penceOf, statementBytes, type StatementLine } from '@ssp/contracts';
import { type ClientBase } from 'pg';
import { type Doer } from './deeds.ts';
import { type StatementDraft } from './draft-statements.ts';
import { type HeldTariffs } from './tariff-versions.ts';

type MonthStatements = {
  readonly month: string;
  readonly statements: readonly (StatementDraft & { readonly number: string })[];
  readonly tariffs: HeldTariffs;
  readonly by: Doer;
  readonly signingKey: KeyObject;
};

/**
 * Writes statements, each chained to the one before and signed; to be called while nobody else writes the books.
 * @returns the hash of the last statement there is
 */
export async function writeStatements(
  client: ClientBase,
  { month, statements, tariffs, by, signingKey }: MonthStatements,
): Promise<string> {
  const keyId = keyIdOf(createPublicKey(signingKey));
  let { serial, hash: previousHash } = await readHead(client);
  for (const draft of statements) {
    serial += 1;
    const content = {
      ...draft,
      serial,
      month,
      closedAt: by.at.toISOString(),
      closedBy: by.who,
      why: by.why,
      tariffVersion: tariffs.version,
      tariffHash: tariffs.hash.toString('hex'),
      previousHash,
      keyId,
    };
    const bytes = statementBytes(content);
    const hash = createHash('sha256').update(bytes).digest('hex');
    await client.query(
      `insert into billing.statement (
         serial, number, month, supplier, closed_at, who, why, tariff_version, tariff_hash, requests, billable,
         total_pence, previous_hash, hash, key_id, signature)
       values ($1, $2, $3, $4, $5, $6, $7, $8, decode($9, 'hex'), $10, $11, $12,
         decode($13, 'hex'), decode($14, 'hex'), decode($15, 'hex'), $16)`,
      [
        serial,
        content.number,
        month,
        content.supplier,
        by.at,
        by.who,
        by.why,
        content.tariffVersion,
        content.tariffHash,
        content.requests,
        content.billable,
        penceOf(content.total),
        previousHash,
        hash,
        keyId,
        sign(null, bytes, signingKey),
      ],
    );
    await writeLines(client, serial, content.lines);
    previousHash = hash;
  }
  return previousHash;
}

async function readHead(client: ClientBase): Promise<{ serial: number; hash: string }> {
  const { rows } = await client.query<{ serial: string; hash: string }>(
    `select serial, encode(hash, 'hex') as hash from billing.statement order by serial desc limit 1`,
  );
  const [head] = rows;
  return head === undefined
    ? { serial: 0, hash: '0'.repeat(64) }
    : { serial: Number(head.serial), hash: head.hash };
}

async function writeLines(
  client: ClientBase,
  serial: number,
  lines: readonly StatementLine[],
): Promise<void> {
  await client.query(
    `insert into billing.statement_line (
       serial, line, kind, month, interaction, outcome, price_id, tier, quantity, price, after, amount_pence,
       adjustment, refers_to, reason)
     select $1, line, kind, month, interaction, outcome, price_id, tier, quantity, price, after, amount_pence,
       adjustment, refers_to, reason
     from json_to_recordset($2::json) as given (line int, kind text, month text, interaction text, outcome text,
       price_id text, tier int, quantity bigint, price bigint, after bigint, amount_pence bigint,
       adjustment bigint, refers_to text, reason text)`,
    [
      serial,
      JSON.stringify(
        lines.map(({ priceId, refersTo, price, amount, ...line }) => ({
          ...line,
          price_id: priceId,
          refers_to: refersTo,
          price: price === null ? null : String(millionthsOf(price)),
          amount_pence: String(penceOf(amount)),
        })),
      ),
    ],
  );
}
