import { expressYardstickName, platformName, yardstickName } from '../systems.ts';
import { type Summary } from './summarise.ts';
import { table } from './table.ts';

const whole = (value: number) => Math.round(value).toString();
const thousandths = (value: number) => value.toFixed(2);

/** CPU time per request of every system, and how the platform compares in the same run. */
export function costTable(summaries: readonly Summary[]): string {
  const sumOf = (system: string, inFlight: number) =>
    summaries.find((it) => it.system === system && it.inFlight === inFlight)?.sumUs ?? Number.NaN;
  const rows = summaries.map(({ system, inFlight, ownUs, sumUs, leastSumUs, mostSumUs }) => [
    system,
    String(inFlight),
    whole(sumUs),
    `${whole(leastSumUs)}–${whole(mostSumUs)}`,
    ...[yardstickName, expressYardstickName].map((rival) => thousandths(sumUs / sumOf(rival, inFlight))),
    [...ownUs].map(([name, us]) => `${name} ${whole(us)}`).join(', '),
  ]);
  return table(
    ['System', 'in flight', 'µs', 'least–most', '÷ node:http', '÷ express', 'µs by process'],
    rows,
  );
}

/** The platform's processes, and beside them what they lean on. */
export function processTable(summaries: readonly Summary[]): string {
  const ours = summaries.filter(({ system }) => system === platformName);
  const own = [...(ours[0]?.ownUs.keys() ?? [])];
  const beside = [...(ours[0]?.besideUs.keys() ?? [])];
  const rows = ours.map(({ inFlight, ownUs, besideUs, sumUs }) => [
    String(inFlight),
    ...own.map((name) => whole(ownUs.get(name) ?? Number.NaN)),
    whole(sumUs),
    ...beside.map((name) => whole(besideUs.get(name) ?? Number.NaN)),
  ]);
  return table(['In flight', ...own, 'sum', ...beside.map((name) => `(${name})`)], rows);
}

/** What a consumer sees; absolute, and so at the mercy of the machine. */
export function speedTable(summaries: readonly Summary[]): string {
  const rows = summaries.map(({ system, inFlight, perSecond, medianMs, p99Ms }) => [
    system,
    String(inFlight),
    whole(perSecond),
    whole(medianMs),
    whole(p99Ms),
  ]);
  return table(['System', 'in flight', 'requests/s', 'median ms', '99 % ms'], rows);
}

/** Wall times of the edge's own stages. */
export function stageTable(summaries: readonly Summary[]): string {
  const ours = summaries.filter(({ system }) => system === platformName);
  const stages = [...(ours[0]?.stageMs.keys() ?? [])];
  const rows = ours.map(({ inFlight, stageMs }) => [
    String(inFlight),
    ...stages.map((stage) => thousandths(stageMs.get(stage) ?? Number.NaN)),
  ]);
  return table(['In flight', ...stages.map((stage) => `${stage} ms`)], rows);
}
