import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { repositoryRoot } from '../src/paths.ts';

/** The payload that docs/consumer-guide.md shows for the bearer token: what each example must send. */
export function guideClaims(): Readonly<Record<string, unknown>> {
  const page = readFileSync(resolve(repositoryRoot, 'docs/consumer-guide.md'), 'utf8');
  const blocks = Array.from(page.matchAll(/^```json\n(.*?)^```/gms), ([, json = '']) => json);
  const payload: Readonly<Record<string, unknown>> = JSON.parse(
    blocks.find((json) => json.includes('"requested_scope"')) ?? 'null',
  );
  return payload;
}
