import { Pool } from 'pg';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { showPool } from './show-pool.ts';

test('a pool shows what may still be opened, and that nobody waits', async () => {
  const registry = new Registry();
  await using resources = new AsyncDisposableStack();
  const pool = resources.adopt(new Pool({ max: 7 }), (each) => each.end());
  showPool(pool, 7, registry);
  const shown = await registry.metrics();
  expect(shown).toContain('ssp_postgres_pool_connections{state="used"} 0');
  expect(shown).toContain('ssp_postgres_pool_connections{state="unopened"} 7');
  expect(shown).toContain('ssp_postgres_pool_waiting 0');
});
