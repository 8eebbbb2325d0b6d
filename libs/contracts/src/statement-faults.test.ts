import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Statement, statementBytes, type StatementLine } from './statement.ts';
import { chainFaults, keyIdOf, statementFaults, statementNumber } from './statement-faults.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');

const usageLine: StatementLine = {
  line: 1,
  kind: 'usage',
  month: '2026-03',
  interaction: 'read',
  outcome: '2xx',
  priceId: 'standard',
  tier: 1,
  quantity: 30,
  price: '0.0125',
  after: 0,
  amount: '0.38',
  adjustment: null,
  refersTo: null,
  reason: null,
};
const minimumLine: StatementLine = {
  ...usageLine,
  line: 2,
  kind: 'minimum',
  interaction: null,
  outcome: null,
  tier: null,
  quantity: null,
  price: null,
  after: null,
  priceId: 'least',
  amount: '0.62',
};

function signed(content: Omit<Statement, 'hash' | 'signature' | 'keyId'>): Statement {
  const unsigned = { ...content, keyId: keyIdOf(publicKey) };
  const bytes = statementBytes(unsigned);
  const hash = createHash('sha256').update(bytes).digest('hex');
  return { ...unsigned, hash, signature: sign(null, bytes, privateKey).toString('base64') };
}

function chain(count: number): Statement[] {
  const statements: Statement[] = [];
  for (let serial = 1; serial <= count; serial += 1) {
    statements.push(
      signed({
        number: statementNumber('2026-03', serial),
        serial,
        month: '2026-03',
        supplier: `Supplier ${serial}`,
        closedAt: '2026-04-02T09:00:00.000Z',
        closedBy: 'billing:ada',
        why: 'month end',
        tariffVersion: 1,
        tariffHash: 'a'.repeat(64),
        requests: 40,
        billable: 30,
        lines: [usageLine, minimumLine],
        total: '1.00',
        previousHash: statements.at(-1)?.hash ?? '0'.repeat(64),
      }),
    );
  }
  return statements;
}

test('a chain as it was written has no fault', () => {
  expect(chainFaults(chain(3), [publicKey])).toEqual([]);
  expect(chainFaults([], [publicKey])).toEqual([]);
});

const [sound] = chain(1);
if (sound === undefined) throw new Error('a chain of one has one');

const edits: Readonly<Record<string, Partial<Statement>>> = {
  number: { number: 'SSP-2026-03-0002' },
  serial: { serial: 2 },
  month: { month: '2026-02' },
  supplier: { supplier: 'Supplier X' },
  closedAt: { closedAt: '2026-04-02T09:00:00.001Z' },
  closedBy: { closedBy: 'billing:eve' },
  why: { why: 'other' },
  tariffVersion: { tariffVersion: 2 },
  tariffHash: { tariffHash: 'b'.repeat(64) },
  requests: { requests: 41 },
  billable: { billable: 29 },
  total: { total: '1.01' },
  previousHash: { previousHash: 'c'.repeat(64) },
  hash: { hash: 'd'.repeat(64) },
  keyId: { keyId: 'e'.repeat(64) },
  signature: { signature: Buffer.alloc(64).toString('base64') },
  'a line less': { lines: [usageLine] },
  'lines in another order': { lines: [minimumLine, usageLine] },
};
const lineEdits: Readonly<Record<string, Partial<StatementLine>>> = {
  line: { line: 3 },
  kind: { kind: 'late' },
  month: { month: '2026-02' },
  interaction: { interaction: 'write' },
  outcome: { outcome: '4xx' },
  priceId: { priceId: 'other' },
  tier: { tier: 2 },
  quantity: { quantity: 31 },
  price: { price: '0.0126' },
  after: { after: 1 },
  amount: { amount: '0.39' },
  adjustment: { adjustment: 1 },
  refersTo: { refersTo: 'SSP-2026-02-0001' },
  reason: { reason: 'so' },
};

test('each field is edited below', () => {
  expect(Object.keys(edits)).toEqual(
    expect.arrayContaining(Object.keys(sound).filter((field) => field !== 'lines')),
  );
  expect(Object.keys(lineEdits)).toEqual(Object.keys(usageLine));
});

test.for([
  ...Object.entries(edits),
  ...Object.entries(lineEdits).map(([field, change]): readonly [string, Partial<Statement>] => [
    `line.${field}`,
    { lines: [{ ...usageLine, ...change }, minimumLine] },
  ]),
] satisfies readonly (readonly [string, Partial<Statement>])[])(
  'another %s is found',
  ([, change]: readonly [string, Partial<Statement>]) => {
    expect(chainFaults([{ ...sound, ...change }], [publicKey])).not.toEqual([]);
  },
);

test.for([
  { name: 'the first removed', of: (all: Statement[]) => all.slice(1) },
  { name: 'one in the middle removed', of: (all: Statement[]) => all.toSpliced(1, 1) },
  {
    name: 'two in each other’s place',
    of: ([a, b, ...rest]: Statement[]) => [b, a, ...rest].flatMap((it) => it ?? []),
  },
  { name: 'one twice', of: (all: Statement[]) => [...all, ...all.slice(-1)] },
])('a chain with $name has a fault', ({ of }) => {
  expect(chainFaults(of(chain(3)), [publicKey])).not.toEqual([]);
});

test('sums that were wrong when they were signed are found', () => {
  const wrong = signed({ ...sound, total: '2.00' });
  expect(statementFaults(wrong, [publicKey])).toEqual([
    { number: wrong.number, fault: 'its total is not the sum of its lines' },
  ]);
});

test('a signature by another key proves nothing, and without keys none is looked at', () => {
  const other = generateKeyPairSync('ed25519').publicKey;
  expect(statementFaults(sound, [other])).toEqual([
    { number: sound.number, fault: expect.stringContaining('is not known') },
  ]);
  expect(statementFaults(sound, null)).toEqual([]);
});
