import { expect, test } from 'vitest';
import { judgeSchema } from './judge-schema.ts';

const ours = ['001_first', '002_second'];
const migrate = 'apps/it/src/migrate.main.ts';

test.for([
  { state: 'as it should be', applied: ours, says: 'fit' },
  {
    state: 'never migrated',
    applied: [],
    says: 'lacks 001_first, 002_second: run node apps/it/src/migrate.main.ts',
  },
  { state: 'behind', applied: ['001_first'], says: 'lacks 002_second' },
  { state: 'ahead', applied: [...ours, '003_third'], says: 'fit' },
  {
    state: 'ahead, and something is gone that we do not ask',
    applied: [...ours, '004_drop_it_after_002'],
    says: 'fit',
  },
  {
    state: 'ahead, and something is gone that we ask',
    applied: [...ours, '003_third', '004_drop_it_after_003'],
    says: 'has 004_drop_it_after_003, which serves no program as old as this one, without migration 003',
  },
])('a schema that is $state', ({ applied, says }) => {
  const judged = judgeSchema({ schema: 'its', ours, applied, migrate });
  expect(judged ?? 'fit').toContain(says);
});
