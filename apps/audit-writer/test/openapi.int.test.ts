import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openApiFile } from '../src/search/openapi.ts';
import { auditRig, tokens } from './rig.ts';

test('what is described is served, to the roles that are named, and nothing else is', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await auditRig(resources);
  const { api } = await rig.start(resources);
  const described: Record<string, Record<string, { description: string }>> = JSON.parse(
    readFileSync(openApiFile, 'utf8'),
  ).paths;
  const served: string[] = [];
  for (const [path, operations] of Object.entries(described)) {
    for (const [method, { description }] of Object.entries(operations)) {
      for (const [role, token] of Object.entries(tokens)) {
        const response = await fetch(api + path, {
          method: method.toUpperCase(),
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          ...(method === 'post' && { body: '{}' }),
        });
        // What is asked here may lack what must be asked.
        const expected = description.includes(role) ? [200, 400] : [403];
        expect({ path, role, expected }).toEqual({
          path,
          role,
          expected: expect.arrayContaining([response.status]),
        });
      }
      served.push(`${method.toUpperCase()} ${path}`);
    }
  }
  const elsewhere = await fetch(`${api}/v1/elsewhere`, {
    headers: { authorization: `Bearer ${tokens.auditor}` },
  });
  expect(elsewhere.status).toBe(404);
  expect(await elsewhere.json()).toMatchObject({ detail: `Ask for one of ${served.join(', ')}.` });
});
