import { createHash, type KeyObject, verify } from 'node:crypto';
import { millionthsOf, penceOf, roundToPence } from './money.ts';
import { type Statement, statementBytes } from './statement.ts';

/** Something about a statement that is not as it was written. */
export type StatementFault = { readonly number: string; readonly fault: string };

/** Of a public key, as statements name it. */
export function keyIdOf(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** What is wrong with a statement by itself; `keys` null leaves its signature unproved. */
export function statementFaults(statement: Statement, keys: readonly KeyObject[] | null): StatementFault[] {
  const bytes = statementBytes(statement);
  const faults: string[] = [];
  if (createHash('sha256').update(bytes).digest('hex') !== statement.hash) {
    faults.push('its hash is not that of its content');
  }
  if (keys !== null) {
    const key = keys.find((known) => keyIdOf(known) === statement.keyId);
    if (key === undefined) faults.push(`the key ${statement.keyId} that it names is not known`);
    else if (!verify(null, bytes, key, Buffer.from(statement.signature, 'base64'))) {
      faults.push('its signature is not by that key over its content');
    }
  }
  return [...faults, ...sumFaults(statement)].map((fault) => ({ number: statement.number, fault }));
}

function sumFaults({ number, month, lines, total, billable }: Statement): string[] {
  const faults: string[] = [];
  if (!number.startsWith(`SSP-${month}-`)) faults.push(`its number is not of ${month}`);
  let sum = 0n;
  let quantity = 0;
  for (const [index, line] of lines.entries()) {
    if (line.line !== index + 1) faults.push(`line ${line.line} stands in the place of line ${index + 1}`);
    sum += penceOf(line.amount);
    if (line.kind === 'usage') quantity += line.quantity ?? 0;
    if (line.quantity === null || line.price === null) continue;
    if (roundToPence(millionthsOf(line.price) * BigInt(line.quantity)) !== penceOf(line.amount)) {
      faults.push(`line ${line.line} is not its quantity times its price`);
    }
  }
  if (sum !== penceOf(total)) faults.push('its total is not the sum of its lines');
  if (quantity !== billable)
    faults.push('its lines of usage are not as many requests as it says are paid for');
  return faults;
}

const chainStart = '0'.repeat(64);

/** What is wrong with all statements there are, in the order of their serials: each by itself, and their chain. */
export function chainFaults(
  statements: readonly Statement[],
  keys: readonly KeyObject[] | null,
): StatementFault[] {
  const faults: StatementFault[] = [];
  const places = new Map<string, number>();
  let previousHash = chainStart;
  let serial = 0;
  for (const statement of statements) {
    const { number, month } = statement;
    faults.push(...statementFaults(statement, keys));
    serial += 1;
    if (statement.serial !== serial) {
      faults.push({ number, fault: `it is number ${statement.serial} of all, where ${serial} belongs` });
      serial = statement.serial;
    }
    if (statement.previousHash !== previousHash) {
      faults.push({ number, fault: 'it is not chained to the statement before it' });
    }
    previousHash = statement.hash;
    const place = (places.get(month) ?? 0) + 1;
    places.set(month, place);
    if (number !== statementNumber(month, place)) {
      faults.push({ number, fault: `${statementNumber(month, place)} belongs in its place` });
    }
  }
  return faults;
}

/** The number of a month's first statement, second, and so on. */
export function statementNumber(month: string, place: number): string {
  return `SSP-${month}-${String(place).padStart(4, '0')}`;
}
