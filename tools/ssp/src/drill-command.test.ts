import { expect, test } from 'vitest';
import { capturedTerminal } from '../test/captured-terminal.ts';
import { runProgram } from './run-program.ts';

test('ssp drill --list names drills and what is expected of each', async () => {
  const terminal = capturedTerminal('/');
  expect(await runProgram(['drill', '--list', 'kill-authz'], terminal)).toBe(0);
  expect(terminal.printed()).toMatch(/^kill-authz\n {2}kill -9 of authz[^]*AUTHORISATION_UNAVAILABLE/);
});

test('a drill that does not exist is asked for wrongly', async () => {
  const terminal = capturedTerminal('/');
  expect(await runProgram(['drill', 'no-such-drill'], terminal)).toBe(2);
  expect(terminal.said()).toContain('there is no no-such-drill');
});
