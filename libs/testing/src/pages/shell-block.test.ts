import { expect, test } from 'vitest';
import { type HowRun, shellBlocks } from './shell-block.ts';

const howOf = (first: string) =>
  shellBlocks('page.md', `Text\n\n${first}\nls\n\`\`\`\n`).map(({ how, line, text }) => ({
    how,
    line,
    text,
  }));

test.for<[string, HowRun | null]>([
  ['```sh on the platform', { kind: 'platform', status: 0 }],
  ['```sh on the platform, status 3', { kind: 'platform', status: 3 }],
  ['```sh in an empty folder', { kind: 'folder' }],
  ['```sh not run: needs a cluster', { kind: 'not-run', reason: 'needs a cluster' }],
  ['```sh not run:', null],
  ['```sh on the platform, status many', null],
  ['```sh', null],
  ['```bash', null],
])('%s is read as %j', ([first, how]) => {
  expect(howOf(first)).toEqual([{ how, line: 4, text: 'ls\n' }]);
});

test('blocks of other languages, and of none, are no commands', () => {
  expect(howOf('```')).toEqual([]);
  expect(howOf('```json')).toEqual([]);
});

test('a block ends at its own fence, not at the next page part', () => {
  const text =
    '```sh on the platform\none\n```\n\n```\nanswer\n```\n\n- item\n\n  ```sh in an empty folder\n  two\n  ```\n';
  expect(shellBlocks('page.md', text).map((block) => block.text)).toEqual(['one\n', '  two\n']);
});
