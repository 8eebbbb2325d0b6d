import { expect, test } from 'vitest';
import { cpuTimeUs } from './cpu-time.ts';
import { type ProcStat } from './proc-stat.ts';

const stat = (pid: number, parentPid: number, ticks: number): readonly [number, ProcStat] => [
  pid,
  { pid, parentPid, ticks, command: 'x' },
];
const processes = new Map([stat(1, 0, 9), stat(10, 1, 5), stat(11, 10, 2), stat(12, 11, 1), stat(20, 1, 40)]);

test('a process answers for all its descendants and for nobody else', () => {
  expect(cpuTimeUs(processes, 10)).toBe(80_000);
});

test('a process that has ended is a fault, not a zero', () => {
  expect(() => cpuTimeUs(processes, 99)).toThrow('process 99 has ended');
});
