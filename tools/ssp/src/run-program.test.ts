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
