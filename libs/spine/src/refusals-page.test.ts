import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { refusals } from './refusal.ts';
import { tokenFaults } from './token-fault.ts';
import { checkedClaims } from './token-form.ts';

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

test('the page of refusals names every fault of a token, and every claim that is looked at', () => {
  const [, section = ''] = /^## The token\n(.*?)^## /ms.exec(readFileSync(page, 'utf8')) ?? [];
  const faults = Array.from(
    section.matchAll(/^\| `([^`]+)` +\| `(?:structure|full)` +\|/gm),
    ([, fault]) => fault,
  );
  expect(new Set(faults)).toEqual(
    new Set([...tokenFaults, 'claim-missing:<claim>', 'claim-invalid:<claim>']),
  );
  const [, paragraph = ''] = /^Claims that are looked at:(.*)/ms.exec(section) ?? [];
  const claims = Array.from(paragraph.matchAll(/`(\w+)`/g), ([, claim]) => claim);
  expect(new Set(claims)).toEqual(new Set(checkedClaims));
});
