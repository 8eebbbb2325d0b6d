/** What the tables are filled with. */
export type UsageSize = {
  readonly practices: number;
  readonly consumers: number;
  readonly exchangesAMonth: number;
};

const national: UsageSize = { practices: 6_500, consumers: 8_000, exchangesAMonth: 140_000_000 };

/** A part of the nation, in percent: fewer practices, consumers and exchanges. */
export function usageSize(percent: number): UsageSize {
  const part = (whole: number) => Math.ceil((whole * percent) / 100);
  return {
    practices: part(national.practices),
    consumers: part(national.consumers),
    exchangesAMonth: part(national.exchangesAMonth),
  };
}

export const interactionsEach = 20;
/** Whole months that are summed up, before the one that is running. */
export const monthsFilled = 12;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A Wednesday noon: always the same, as what is filled. */
export const until = new Date('2026-06-17T12:00:00Z');
export const today = new Date(until.getTime() - 12 * hourMs);
export const thisMonth = new Date('2026-06-01T00:00:00Z');

/** The begin of the nth month after the running one, or before. */
export function monthAt(nth: number): Date {
  return new Date(Date.UTC(thisMonth.getUTCFullYear(), thisMonth.getUTCMonth() + nth));
}

export const yearAgo = monthAt(-monthsFilled);
/** From then on hours by practice and by consumer are there, and those counted, by all names. */
export const finest = new Date(today.getTime() - dayMs);
/** From then on hours by supplier and kind are there. */
export const fine = new Date(today.getTime() - 30 * dayMs);

/** A period, and the part of a month's usage that falls in it. */
export type Share = { readonly start: Date; readonly share: number };

export function months(): readonly Share[] {
  return Array.from({ length: monthsFilled }, (_, nth) => ({ start: monthAt(nth - monthsFilled), share: 1 }));
}

/** Days from `from` until today: fewer work on Saturdays and Sundays. */
export function days(from: Date): readonly Share[] {
  return starts(from, today, dayMs).map((start) => ({ start, share: shareOfDay(start) }));
}

/** Hours from `from` until `to`: most is asked between eight and six. */
export function hours(from: Date, to: Date): readonly Share[] {
  return starts(from, to, hourMs).map((start) => {
    const hour = start.getUTCHours();
    return { start, share: shareOfDay(start) * (hour >= 8 && hour < 18 ? 0.085 : 0.15 / 14) };
  });
}

function starts(from: Date, to: Date, stepMs: number): readonly Date[] {
  const amount = (to.getTime() - from.getTime()) / stepMs;
  return Array.from({ length: amount }, (_, nth) => new Date(from.getTime() + nth * stepMs));
}

/** Of a month of 22 working days and 8 others. */
function shareOfDay(day: Date): number {
  const isWeekend = [0, 6].includes(day.getUTCDay());
  return (isWeekend ? 0.3 : 1) / (22 + 8 * 0.3);
}
