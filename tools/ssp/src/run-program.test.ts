import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { capturedTerminal } from '../test/captured-terminal.ts';
import { runProgram } from './run-program.ts';

test('--help tells the commands on standard output', async () => {
  const terminal = capturedTerminal('/');
  expect(await runProgram(['--help'], terminal)).toBe(0);
  expect(terminal.printed()).toContain('Usage: ssp');
  expect(terminal.said()).toBe('');
});

test.for([
  { args: ['--wrong'], said: "ssp: unknown option '--wrong'" },
  { args: ['no-such-command'], said: 'ssp: ' },
])('$args is told on standard error, with status 2', async ({ args, said }) => {
  const terminal = capturedTerminal('/');
  expect(await runProgram(args, terminal)).toBe(2);
  expect(terminal.said()).toContain(said);
  expect(terminal.printed()).toBe('');
});

// Nobody listens there.
const explain = 'explain --decision a.1 --url http://127.0.0.1:1'.split(' ');

test('what fails is told in one line, with status 1', async () => {
  const terminal = capturedTerminal('/');
  expect(await runProgram(explain, terminal)).toBe(1);
  expect(terminal.said()).toMatch(/^ssp: [^\n]*127\.0\.0\.1:1[^\n]*\n$/);
  expect(terminal.printed()).toBe('');
});

test('an interrupted command has nothing more to say, and ends with status 130', async () => {
  const terminal = { ...capturedTerminal('/'), interrupted: AbortSignal.abort() };
  expect(await runProgram(explain, terminal)).toBe(130);
  expect(terminal.said()).toBe('');
});

test.for([
  { answered: 400, body: { detail: 'asid: an ASID is twelve digits' }, status: 2 },
  { answered: 404, body: { detail: 'No such system.' }, status: 1 },
  { answered: 200, body: { another: 'service' }, status: 1 },
])(
  'an answer $answered of $body ends with status $status, and is told in one line',
  async ({ answered, body, status }) => {
    await using resources = new AsyncDisposableStack();
    const server = createServer((_req, res) => res.writeHead(answered).end(JSON.stringify(body)));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    resources.defer(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const terminal = capturedTerminal('/');
    const args = ['agreements', 'list', '--url', `http://127.0.0.1:${port}`];
    expect(await runProgram(args, terminal)).toBe(status);
    expect(terminal.said()).toMatch(/^ssp: [^\n]*\n$/);
  },
);

test('a fault of our own is told as one, with where it came from and status 1', async () => {
  const terminal = {
    ...capturedTerminal('/'),
    get cwd(): string {
      throw new TypeError('no such folder');
    },
  };
  expect(await runProgram(explain, terminal)).toBe(1);
  expect(terminal.said()).toMatch(
    /^ssp: a fault of this program: no such folder\nTypeError: no such folder\n +at /,
  );
});
