import { clockOffsetText } from '@ssp/contracts';
import { type ClockConfig } from './clock-environment.ts';
import { type ClockRounds, type SourceReport } from './clock-rounds.ts';

function faultText({ source, state, offsetMs, why }: SourceReport): string {
  if (offsetMs === null) return `${source} is ${state} (${why ?? '?'})`;
  return `by ${source} (${state}) the clock is ${clockOffsetText(offsetMs)}`;
}

/** Every source that is not of the majority, and how; empty where all are. */
export function faultsText(reports: readonly SourceReport[]): string {
  return reports
    .filter(({ state }) => state !== 'agrees')
    .map(faultText)
    .join('; ');
}

/**
 * The clock's part of the readiness. Where no majority agrees any more, what was last agreed on still decides: a service is neither made ready nor stopped by time servers that
 * are silent or contradict one another.
 * @throws Error beyond the offset that is allowed
 */
export function checkClock(
  rounds: ClockRounds,
  { offsetMaxMs }: Pick<ClockConfig, 'offsetMaxMs'>,
): { readonly but: string } | undefined {
  if (rounds.ended === 0) throw new Error('its offset is being measured for the first time');
  const faults = faultsText(rounds.reports());
  const behind = faults === '' ? '' : `; ${faults}`;
  const unknown = `no majority of the time servers agrees${behind}`;
  const offsetMs = rounds.lastOffsetMs();
  if (offsetMs === null) return { but: unknown };
  const off = `the clock is ${clockOffsetText(offsetMs)}`;
  if (Math.abs(offsetMs) > offsetMaxMs) {
    const when = rounds.agreement === null ? `as last agreed; ${unknown}` : `by the majority${behind}`;
    throw new Error(`${off} where ${offsetMaxMs} ms are allowed, ${when}`);
  }
  if (rounds.agreement === null) return { but: `${unknown}; when one last did, ${off}` };
  return faults === '' ? undefined : { but: faults };
}
