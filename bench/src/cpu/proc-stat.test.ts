import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseProcStat } from './proc-stat.ts';

const tail = '4194560 1 2 3 4 700 50 6 1 20 0 11 0 5 1 2';

test.for([
  { command: 'node', pid: 812 },
  { command: 'tmux: server', pid: 9 },
  { command: 'a) S 1 (b', pid: 31 },
])('$command is read whole, with its parent and its time', ({ command, pid }) => {
  expect(parseProcStat(`${pid} (${command}) S 77 812 812 0 -1 ${tail}`)).toEqual({
    pid,
    command,
    parentPid: 77,
    ticks: 757,
  });
});

test('this very process is found in /proc', () => {
  expect(parseProcStat(readFileSync('/proc/self/stat', 'utf8'))).toMatchObject({
    pid: process.pid,
    parentPid: process.ppid,
  });
});

test.for(['', '12', '12 (node) S 1', 'no numbers (at) all'])('%j is no such line', (line) => {
  expect(() => parseProcStat(line)).toThrow('not a line');
});
