import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { capturedTerminal } from '../test/captured-terminal.ts';
import { runProgram } from './run-program.ts';

/** What bash would offer for this line, the last word being under way. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const terminal = capturedTerminal('.');
  expect(await runProgram(['completion', 'bash'], terminal)).toBe(0);
  const script = `${terminal.printed()}
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ssp_complete; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['-c', script, 'bash', 'ssp', ...words], { encoding: 'utf8' });
  return out.split('\n').filter(Boolean);
}

test.for<[readonly string[], readonly string[]]>([
  [['sta'], ['status']],
  [
    ['audit', 's'],
    ['search', 'story'],
  ],
  [['status', '--wa'], ['--watch']],
  [['limits', 'show', '--v'], ['--version']],
  [['audit', 'story', 'an-id', '--by'], ['--by-id']],
])('after %j bash offers %j', async ([words, wanted]) => {
  expect(await offered(...words)).toEqual(wanted);
});

test('every shell gets a script that names the commands, and another name is a wrong one', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const terminal = capturedTerminal('.');
    expect(await runProgram(['completion', shell], terminal)).toBe(0);
    expect(terminal.printed()).toMatch(/\breconcile\b/);
  }
  expect(await runProgram(['completion', 'tcsh'], capturedTerminal('.'))).toBe(2);
});
