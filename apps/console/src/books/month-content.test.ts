import { type Reconciliations } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { reconciliationContent } from './month-content.ts';

const balanced: Reconciliations = {
  from: '2026-02-01T00:00:00.000Z',
  to: '2026-03-01T00:00:00.000Z',
  isBalanced: true,
  state: 'balanced',
  notRipe: null,
  hours: [],
  differences: [],
  acceptances: [],
  months: [],
};

test.for([
  { state: 'balanced', says: 'Balances' },
  { state: 'accepted', says: 'Balances' },
  { state: 'waiting', says: 'Not known yet' },
  { state: 'nothing ripe', says: 'Not known yet' },
  { state: 'unbalanced', says: 'Differs' },
] as const)('what billing calls $state the page says to be: $says', ({ state, says }) => {
  expect(reconciliationContent({ ...balanced, state }, null).verdict.text).toBe(says);
});

test('statements that differ from the usage are named, though all hours balance, and hours that were left out are counted', () => {
  const about = 'the statements of Supplier A have 4';
  const { verdict, facts } = reconciliationContent(
    {
      ...balanced,
      isBalanced: false,
      state: 'unbalanced',
      notRipe: { from: balanced.from, to: balanced.to, hours: 3 },
      months: [
        {
          month: '2026-02',
          state: 'unbalanced',
          at: balanced.to,
          stated: 4,
          counted: 3,
          toBeStated: 0,
          differences: 1,
          named: [{ kind: 'doubled', about }],
        },
      ],
    },
    null,
  );
  expect(verdict.text).toBe('Differs');
  const told = facts.map(({ key, value }) => [key.text, value.text]);
  expect(told).toContainEqual(['Statements that differ', about]);
  expect(told).toContainEqual(['Hours that have not ended long enough ago', '3']);
});
