import { UsageFault } from './command-fault.ts';

const unitsMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Reads a moment, or how long ago it was: `2026-03-01T12:00:00Z`, `7d`, `12h`. @throws UsageFault */
export function readMoment(text: string, nowMs: number): Date {
  const [, count, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  if (count !== undefined) return new Date(nowMs - Number(count) * (unitsMs[unit] ?? 0));
  const moment = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(moment.getTime())) return moment;
  throw new UsageFault(`${text} is no time: give 7d, 12h, 30m, or a moment such as 2026-03-01T12:00:00Z`);
}
