import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTransaction } from '@ssp/postgres';
import { closeMonth } from '../src/books/close-month.ts';
import { ledgerBalance } from '../src/books/ledger-balance.ts';
import { readTariffFile } from '../src/books/read-tariff-file.ts';
import { readStatements } from '../src/books/read-statements.ts';
import { storeTariffs } from '../src/books/tariff-versions.ts';
import { verifyBooks } from '../src/books/verify-books.ts';
import { type Usage } from '../src/usage-of.ts';
import { billingRig } from './rig.ts';
import { storeUsage, usage } from './store-usage.ts';

export const ada = { role: 'billing', name: 'Ada Baker', subject: 'ada', supplier: null };

/** The moment at which tests close March and April. */
export const inMay = new Date('2026-05-04T09:00:00Z');

export const graduated = `
prices:
  - id: standard
    from: 2026-01
    supplier: any
    interaction: any
    outcome: any
    tiers: [{ upTo: 5, price: 0.0125 }, { price: 0.01 }]
  - { id: b-reads, from: 2026-01, supplier: Supplier B, interaction: any, outcome: 2xx, price: 0.02 }
minimums:
  - { id: least-b, from: 2026-01, supplier: Supplier B, amount: 0.10 }
`;

/** As many exchanges of March as are asked for, each of its own, spread over hours. */
export function exchanges(count: number, changes: Partial<Usage> = {}, month = '2026-03'): Usage[] {
  return Array.from({ length: count }, (_, index) =>
    usage({
      internalId: randomUUID(),
      hour: `${month}-${String(1 + (index % 28)).padStart(2, '0')}T10:00:00.000Z`,
      ...changes,
    }),
  );
}

/** Books on a database of their own. */
export async function booksRig(resources: AsyncDisposableStack) {
  const billing = await billingRig(resources);
  const { pool } = billing;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const folder = resources.use(await mkdtempDisposable(join(tmpdir(), 'books-')));
  const signingKeyFile = join(folder.path, 'signing.pem');
  const verifyingKeyFile = join(folder.path, 'verifying.pem');
  await writeFile(signingKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(verifyingKeyFile, publicKey.export({ type: 'spki', format: 'pem' }));
  const balance = ledgerBalance(pool);
  return {
    ...billing,
    signingKeyFile,
    verifyingKeyFile,
    count: (usages: readonly Usage[]) => storeUsage(pool, usages),
    load: (text: string, expected: number | null = null) =>
      inTransaction(pool, (client) => {
        const read = readTariffFile(text);
        if (!read.read) throw new Error(JSON.stringify(read.faults));
        return storeTariffs(client, read.file, expected, { actor: ada, why: 'review 12', at: inMay });
      }),
    close: async (month: string, now = inMay) => {
      const wanted = { month, actor: ada, why: 'month end', unreconciled: 'a test', now };
      return (await closeMonth(pool, balance, privateKey, wanted)).statements;
    },
    statements: () => readStatements(pool, { supplier: null, month: null, number: null }),
    verify: () => inTransaction(pool, (client) => verifyBooks(client, [publicKey])),
    balance,
    privateKey,
  };
}
