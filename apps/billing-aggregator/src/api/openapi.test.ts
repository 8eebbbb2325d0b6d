import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openApiFile, openApiText } from './openapi.ts';

test('the description that is kept is that of the code; `npm run schemas` writes it anew', () => {
  expect(readFileSync(openApiFile, 'utf8')).toBe(openApiText());
});

test('every parameter is described', () => {
  const paths: Record<string, Record<string, { parameters?: { description?: string }[] }>> = JSON.parse(
    openApiText(),
  ).paths;
  for (const methods of Object.values(paths)) {
    for (const { parameters = [] } of Object.values(methods)) {
      expect(parameters.filter(({ description }) => description === undefined)).toEqual([]);
    }
  }
});
