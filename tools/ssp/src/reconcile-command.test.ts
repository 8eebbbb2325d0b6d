import { createServer } from 'node:http';
import { listenOnLoopback } from '@ssp/testing';
import { expect, test } from 'vitest';
import { capturedTerminal } from '../test/captured-terminal.ts';
import { runProgram } from './run-program.ts';

const at = '2026-04-01T09:00:00.000Z';
const balanced = {
  hour: '2026-03-01T00:00:00.000Z',
  state: 'balanced',
  at,
  told: 3,
  audited: 3,
  entered: 3,
  requests: 3,
  billable: 2,
  requestBytes: 9,
  responseBytes: 99,
  closed: 0,
  differences: 0,
};
const hour = '2026-03-01T01:00:00.000Z';
const unbalanced = { ...balanced, hour, state: 'unbalanced', audited: 4, differences: 1 };
const lost = {
  id: 7,
  hour,
  kind: 'lost',
  internalId: 'i-1',
  traceId: 'trace-7',
  about: 'the ledger has it not',
};
const month = { month: '2026-03', at, stated: 4, counted: 4, toBeStated: 0, differences: 0, named: [] };
const altered = { kind: 'altered', about: 'the statements of Supplier A have 4' };
const found = {
  from: '2026-03-01T00:00:00.000Z',
  to: '2026-04-01T00:00:00.000Z',
  isBalanced: true,
  state: 'balanced',
  notRipe: null,
  hours: [balanced],
  differences: [],
  acceptances: [],
  months: [{ ...month, state: 'balanced' }],
};
const end = { end: true, hours: 1, unbalanced: 0, waiting: 0, unbalancedMonths: 0, notRipe: null };
const run = [{ hour: balanced, differences: [] }, { month: found.months[0] }, end];

/** Runs the command against an API whose run tells these lines, and which then answers so. */
async function reconcile(args: readonly string[], lines: readonly unknown[], answer: unknown) {
  await using resources = new AsyncDisposableStack();
  const asked: string[] = [];
  const told = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const server = createServer((req, res) => {
    let body = '';
    req.setEncoding('utf8');
    req.on('data', (part: string) => (body += part));
    req.on('end', () => {
      asked.push(`${req.method} ${req.url} ${body}`);
      res.end(req.method === 'POST' ? told : JSON.stringify(answer));
    });
  });
  const port = await listenOnLoopback(server);
  resources.defer(() => void server.close());
  const terminal = capturedTerminal('/');
  const status = await runProgram(['reconcile', ...args, '--url', `http://127.0.0.1:${port}`], terminal);
  return { status, asked, printed: terminal.printed(), said: terminal.said() };
}

test('a month that balances is compared anew, and told with status 0', async () => {
  const { printed, ...result } = await reconcile(['--month', '2026-03'], run, found);
  expect(result).toEqual({
    status: 0,
    asked: ['POST /v1/reconciliations {"month":"2026-03"}', 'GET /v1/reconciliations?month=2026-03 '],
    said: expect.stringContaining('all 1 hours balance'),
  });
  expect(printed).toMatch(/all 1 +3 +3 +3 +3 +2 +0/);
  expect(printed).toMatch(/2026-03 +balanced +4 +4 +0 +0/);
});

test('what differs is named by trace id, with status 3', async () => {
  const answer = {
    ...found,
    isBalanced: false,
    state: 'unbalanced',
    hours: [balanced, unbalanced],
    differences: [lost],
    months: [{ ...month, state: 'unbalanced', differences: 1, named: [altered] }],
    notRipe: { from: '2026-03-01T02:00:00.000Z', to: found.to, hours: 742 },
  };
  const period = ['--from', '2026-03-01T00:00Z', '--to', '2026-03-01T03:00Z'];
  const result = await reconcile(period, [{ hour: unbalanced, differences: [lost] }, ...run], answer);
  expect(result.status).toBe(3);
  expect(result.asked[1]).toBe('GET /v1/reconciliations?from=2026-03-01T00%3A00Z&to=2026-03-01T03%3A00Z ');
  expect(result.printed).toMatch(/T01:00:00.000Z +unbalanced +3 +4 +3 +3 +2 +1\n/);
  expect(result.printed).toMatch(/T01:00:00.000Z +lost +trace-7 +the ledger has it not/);
  expect(result.printed).toMatch(/2026-03 +altered +the statements of Supplier A have 4/);
  expect(result.said).toMatch(
    /T01:00:00.000Z is unbalanced[^]*742 hours from .* left out[^]*not all balances/,
  );
  const json = await reconcile([...period, '--json'], run, answer);
  expect({ status: json.status, printed: JSON.parse(json.printed) }).toEqual({ status: 3, printed: answer });
});

test('a period of which nothing is ripe does not balance', async () => {
  const notRipe = { from: found.from, to: found.to, hours: 744 };
  const answer = { ...found, isBalanced: false, state: 'nothing ripe', hours: [], months: [], notRipe };
  const result = await reconcile(['--month', '2026-03'], [end], answer);
  expect(result).toMatchObject({ status: 3, said: expect.stringContaining('nothing was compared') });
});

test('a run that was cut off is a failure, and half a period a fault', async () => {
  const cut = await reconcile(['--month', '2026-03'], run.slice(0, 1), found);
  expect(cut).toMatchObject({ status: 1, said: expect.stringContaining('cut off') });
  const half = await reconcile(['--from', '2026-03-01T00:00Z'], run, found);
  expect(half).toMatchObject({ status: 2, asked: [], said: expect.stringContaining('either --month') });
});
