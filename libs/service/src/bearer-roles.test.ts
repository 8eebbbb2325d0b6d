import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBearerRoles } from './bearer-roles.ts';
import { readCallers } from './read-callers.ts';

const billing = 'billing-token-0123456789';
const auditor = 'auditor-token-0123456789';

function tokensFile(resources: DisposableStack, content: string): string {
  const dir = resources.adopt(mkdtempSync(join(tmpdir(), 'ssp-roles-')), (path) =>
    rmSync(path, { recursive: true }),
  );
  const file = join(dir, 'tokens.json');
  writeFileSync(file, content);
  return file;
}

test.for([
  { authorization: `Bearer ${billing}`, role: 'billing' },
  { authorization: `bearer  ${auditor}`, role: 'auditor' },
  { authorization: `Bearer ${billing}x`, role: null },
  { authorization: `Bearer ${billing.slice(0, -1)}`, role: null },
  { authorization: `Bearer ${billing} ${auditor}`, role: null },
  { authorization: `Basic ${billing}`, role: null },
  { authorization: billing, role: null },
  { authorization: 'Bearer ', role: null },
  { authorization: undefined, role: null },
])('$authorization proves the role $role', async ({ authorization, role }) => {
  using resources = new DisposableStack();
  const file = tokensFile(resources, JSON.stringify({ billing, auditor }));
  const caller = await readCallers({ tokensFile: file, openId: null })(authorization);
  expect(caller).toEqual(role === null ? null : { role, name: role, subject: null, supplier: null });
});

test.for([
  { what: 'not JSON', content: billing },
  { what: 'too short a token', content: '{"billing":"short-secret"}' },
  { what: 'no text', content: '{"billing":1234567890123456}' },
])('a file with $what is refused by name, its secrets untold', ({ content }) => {
  using resources = new DisposableStack();
  const file = tokensFile(resources, content);
  expect(() => readBearerRoles(file)).toThrow(
    expect.toSatisfy((error: Error) => {
      return error.message.startsWith(file) && !/billing-token|short-secret|123456789/.test(error.message);
    }),
  );
});

test('a missing file is refused by name', () => {
  expect(() => readBearerRoles('/nowhere/tokens.json')).toThrow('/nowhere/tokens.json');
});
