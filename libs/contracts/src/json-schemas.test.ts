import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jsonSchemas, schemasFolder } from './json-schemas.ts';

test('the published schemas are those of the code; `npm run schemas` writes them anew', () => {
  const files = readdirSync(schemasFolder).map(
    (file) => [file, readFileSync(new URL(file, schemasFolder), 'utf8')] as const,
  );
  expect(Object.fromEntries(files)).toEqual(Object.fromEntries(jsonSchemas()));
});
