import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { capturedTerminal } from '../test/captured-terminal.ts';
import { runProgram } from './run-program.ts';

const line = {
  line: 1,
  kind: 'usage',
  month: '2026-03',
  interaction: 'read',
  outcome: '2xx',
  priceId: 'standard',
  tier: 1,
  quantity: 2,
  price: '0.01',
  after: 0,
  amount: '0.02',
  adjustment: null,
  refersTo: null,
  reason: null,
};
const statement = {
  number: 'SSP-2026-03-0001',
  serial: 1,
  month: '2026-03',
  supplier: 'Supplier A',
  closedAt: '2026-04-02T09:00:00.000Z',
  closedBy: 'billing:ada',
  why: 'month end',
  tariffVersion: 1,
  tariffHash: 'a'.repeat(64),
  requests: 2,
  billable: 2,
  lines: [line],
  total: '0.02',
  previousHash: '0'.repeat(64),
  hash: 'b'.repeat(64),
  keyId: 'c'.repeat(64),
  signature: 'AAAA',
};
const { lines: _lines, ...head } = statement;
const exchange = {
  hour: '2026-03-01T10:00:00.000Z',
  providerOds: 'B82617',
  providerAsid: '918999198738',
  consumerOds: 'A20047',
  consumerAsid: '200000000359',
  requestBytes: 1,
  responseBytes: 2,
};
const exchanges = '/v1/statements/SSP-2026-03-0001/lines/1/exchanges';
const first = { ...exchange, internalId: '0198f0a0-0000-7000-8000-000000000001' };
const second = { ...exchange, internalId: '0198f0a0-0000-7000-8000-000000000002' };
const page = { number: statement.number, line: 1, quantity: 2 };
const draft = {
  number: statement.number,
  supplier: 'Supplier A',
  requests: 2,
  billable: 2,
  lines: [line],
  total: '0.02',
};

const answers: Readonly<Record<string, unknown>> = {
  'GET /v1/statements?supplier=Supplier+A': { statements: [head] },
  'GET /v1/statements': { statements: [head] },
  'GET /v1/statements/SSP-2026-03-0001': statement,
  'GET /v1/statements/SSP-2026-03-0001?format=csv': 'number,amount',
  [`GET ${exchanges}?cursor=0&limit=1000`]: { ...page, exchanges: [first], next: '1' },
  [`GET ${exchanges}?cursor=1&limit=1000`]: { ...page, exchanges: [second], next: null },
  'POST /v1/months/2026-03/close': { month: '2026-03', closed: true, reasons: [], statements: [draft] },
  'POST /v1/months/2026-04/close': {
    month: '2026-04',
    closed: false,
    reasons: ['it has not ended'],
    statements: [],
  },
  'POST /v1/acceptances': {
    id: 1,
    from: '2026-03-01T00:00:00.000Z',
    to: '2026-03-01T01:00:00.000Z',
    difference: { kind: 'lost', internalId: null, about: 'two are gone' },
    who: 'billing:ada',
    why: 'x',
    at: '2026-05-01T00:00:00.000Z',
  },
  'POST /v1/adjustments': {
    id: 7,
    supplier: 'Supplier A',
    refersTo: 'SSP-2026-03-0001/1',
    amount: '-0.01',
    reason: 'x',
    who: 'billing:ada',
    madeAt: '2026-05-01T00:00:00.000Z',
    statedOn: null,
  },
};

/** Runs a command against an API that has these answers. */
async function answered(args: readonly string[]) {
  await using resources = new AsyncDisposableStack();
  const server = createServer((req, res) => {
    const answer = answers[`${req.method} ${req.url}`];
    res.statusCode = answer === undefined ? 404 : 200;
    res.end(typeof answer === 'string' ? answer : JSON.stringify(answer ?? {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  resources.defer(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const terminal = capturedTerminal('/');
  const status = await runProgram(['billing', ...args, '--url', `http://127.0.0.1:${port}`], terminal);
  return { status, printed: terminal.printed(), said: terminal.said() };
}

test.for([
  {
    args: ['statements', '--supplier', 'Supplier A'],
    status: 0,
    printed: /SSP-2026-03-0001 +Supplier A .* 0\.02/,
  },
  { args: ['statement', 'SSP-2026-03-0001'], status: 0, printed: /^number,amount/ },
  {
    args: ['statement', 'SSP-2026-03-0001', '--line', '1'],
    status: 0,
    printed: /000000000001 [^]*000000000002 /,
  },
  { args: ['close', '2026-03', '--why', 'CHG-1'], status: 0, printed: /SSP-2026-03-0001/, said: /is closed/ },
  { args: ['close', '2026-04', '--dry-run'], status: 1, said: /cannot be closed:\n.*it has not ended/ },
  {
    args: ['adjust', 'SSP-2026-03-0001/1', '--amount', '-0.01', '--why', 'x'],
    status: 0,
    said: /correction 7 of -0\.01 waits/,
  },
  { args: ['accept', '7', '--why', 'x'], status: 0, said: /accepted from 2026-03-01T00.*two are gone/ },
  {
    args: ['accept', '--from', '2026-03-01T00:00Z', '--to', '2026-03-01T01:00Z', '--why', 'x'],
    status: 0,
    said: /accepted/,
  },
  {
    args: ['accept', '7', '--from', '2026-03-01T00:00Z', '--why', 'x'],
    status: 2,
    said: /give either the id/,
  },
  { args: ['accept', 'seven', '--why', 'x'], status: 2, said: /by its id/ },
  { args: ['verify'], status: 1, said: /SSP-2026-03-0001: its hash is not that of its content/ },
])('ssp billing $args ends with $status', async ({ args, status, printed = /^/, said = /^/ }) => {
  const result = await answered(args);
  expect(result).toEqual({
    status,
    printed: expect.stringMatching(printed),
    said: expect.stringMatching(said),
  });
});
