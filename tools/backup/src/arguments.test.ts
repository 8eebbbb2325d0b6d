import { expect, test } from 'vitest';
import { readArguments, UsageError } from './arguments.ts';

const folders = ['--from', 'b', '--wal', 'w', '--data', 'd'];

test.for([
  { until: [], expected: { kind: 'latest' } },
  { until: ['--until', 'point:before-loss'], expected: { kind: 'point', name: 'before-loss' } },
  {
    until: ['--until', '2026-03-01T12:00:00+01:00'],
    expected: { kind: 'time', at: new Date('2026-03-01T11:00:00Z') },
  },
])('a restore until $expected.kind', ({ until, expected }) => {
  expect(readArguments(['restore', ...folders, ...until])).toEqual({
    command: 'restore',
    from: 'b',
    wal: 'w',
    data: 'd',
    until: expected,
    aside: false,
  });
});

test.for([
  { args: [], says: 'a command is needed' },
  { args: ['bsae'], says: 'there is no command bsae' },
  { args: ['base', '--data', 'd'], says: 'base needs --to' },
  { args: ['base', '--data', 'd', '--to', 't', 'x'], says: 'what is x?' },
  { args: ['base', '--data', 'd', '--to', 't', '--keep', '7'], says: 'base needs --wal' },
  { args: ['base', '--data', 'd', '--to', 't', '--wal', 'w', '--keep', '0'], says: 'one at least' },
  { args: ['check', '--dat', 'd'], says: "Unknown option '--dat'" },
  { args: ['restore', ...folders, '--until', '2026-03-01 12:00'], says: 'write a time as' },
  { args: ['restore', ...folders, '--until', "point:a'b"], says: 'no name of a restore point' },
])('$args is refused', ({ args, says }) => {
  expect(() => readArguments(args)).toThrow(UsageError);
  expect(() => readArguments(args)).toThrow(says);
});
