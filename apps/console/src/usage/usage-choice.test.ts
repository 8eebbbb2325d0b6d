import { expect, test } from 'vitest';
import { readUsageChoice } from './usage-choice.ts';

test.for([
  { address: '', month: '2026-10', groupBy: ['supplier'] },
  { address: 'month=', month: '2026-10', groupBy: ['supplier'] },
  { address: 'month=2025-12', month: '2025-12', groupBy: ['supplier'] },
  { address: 'groupBy=', month: '2026-10', groupBy: [] },
  {
    address: 'groupBy=outcome&groupBy=provider&groupBy=',
    month: '2026-10',
    groupBy: ['provider', 'outcome'],
  },
  { address: 'groupBy=supplier,interaction', month: '2026-10', groupBy: ['supplier', 'interaction'] },
])('the address ?$address asks for $month by $groupBy', ({ address, month, groupBy }) => {
  expect(readUsageChoice(new URLSearchParams(address), '2026-10')).toEqual({
    choice: { month, groupBy },
    faults: [],
  });
});

test.for([
  { address: 'month=2026-13', field: 'month' },
  { address: 'month=now', field: 'month' },
  { address: 'groupBy=patient', field: 'groupBy' },
])('the address ?$address is told to be faulty, and the usual shown', ({ address, field }) => {
  const { choice, faults } = readUsageChoice(new URLSearchParams(address), '2026-10');
  expect(choice.month).toBe('2026-10');
  expect(faults).toMatchObject([{ field }]);
});
