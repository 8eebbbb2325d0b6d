import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { refusals } from './refusal.ts';

const page = new URL('../../../docs/errors.md', import.meta.url);

/** Rows of the page's tables whose first cell is a code: code → status, issue, text. */
function rowsOf(markdown: string): Record<string, unknown> {
  const rows = markdown.matchAll(/^\| `([a-z-]+)` +\| (\d{3}) +\| `(\w+)` +\| `([^`]+)` +\|/gm);
  return Object.fromEntries(
    Array.from(rows, ([, code, status, issue, text]) => [code, { status: Number(status), issue, text }]),
  );
}

test('the page of refusals says of each what is answered', () => {
  const answered = Object.entries(refusals).map(([code, { status, issue, text }]) => [
    code,
    { status, issue, text },
  ]);
  expect(rowsOf(readFileSync(page, 'utf8'))).toEqual(Object.fromEntries(answered));
});
