import { expect, test } from 'vitest';
import { capturedTerminal } from '../test/captured-terminal.ts';
import { mustAgree } from './reviewed-file.ts';

function atTerminal(typed: string) {
  const terminal = capturedTerminal('/', typed);
  return { ...terminal, input: Object.assign(terminal.input, { isTTY: true }) };
}

test.for(['yes\n', 'y\n', ' YES \n'])('%j agrees', async (typed) => {
  await expect(mustAgree(undefined, atTerminal(typed))).resolves.toBeUndefined();
});

test.for(['no\n', '\n', 'yesterday\n', ''])('%j does not agree', async (typed) => {
  await expect(mustAgree(undefined, atTerminal(typed))).rejects.toThrow(/^nothing was changed$/);
});

test('without a person there, only --yes agrees', async () => {
  await expect(mustAgree(undefined, capturedTerminal('/', 'yes\n'))).rejects.toThrow('give --yes');
  await expect(mustAgree(true, capturedTerminal('/'))).resolves.toBeUndefined();
});
