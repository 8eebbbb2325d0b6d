/** Linux counts in hundredths of a second on every architecture that Node runs on. */
export const tickUs = 10_000;

/** What one line of `/proc/<pid>/stat` tells of a process, or of a thread. */
export type ProcStat = {
  readonly pid: number;
  readonly command: string;
  readonly parentPid: number;
  /** User and system time of its own threads and of children that it has outlived, in ticks. */
  readonly ticks: number;
};

/** Reads a line of `/proc/<pid>/stat`; the command in parentheses may itself hold spaces and parentheses. */
export function parseProcStat(line: string): ProcStat {
  const open = line.indexOf('(');
  const close = line.lastIndexOf(')');
  const fields = line.slice(close + 2).split(' ');
  // After the command: state, parent …, and from the twelfth on utime, stime, cutime, cstime.
  const [utime, stime, cutime, cstime] = fields.slice(11, 15).map(Number);
  const stat = {
    pid: Number(line.slice(0, open)),
    command: line.slice(open + 1, close),
    parentPid: Number(fields[1]),
    ticks: (utime ?? Number.NaN) + (stime ?? Number.NaN) + (cutime ?? Number.NaN) + (cstime ?? Number.NaN),
  };
  if (!Number.isInteger(stat.pid) || !Number.isInteger(stat.ticks))
    throw new Error('not a line of /proc/<pid>/stat');
  return stat;
}
