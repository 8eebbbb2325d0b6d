import { BookedExchangeLine, bookedExchangesPath, type BookHour, BookLine, booksPath } from '@ssp/contracts';
import { type AuditApi } from '@ssp/service/operator';
import { AuditedKeys } from './key-sums.ts';

const hourMs = 3_600_000;

/** What the audit has of an hour. */
export type AuditedHour = { readonly hour: BookHour; readonly keys: AuditedKeys };

/** What billing asks the audit. Throws Problem 503 where it does not answer. */
export type AuditBooks = {
  readonly hour: (hour: Date, signal: AbortSignal) => Promise<AuditedHour>;
  /** Each completed exchange of an hour, after how far the audit had come; no faster than they are taken. */
  readonly exchanges: (hour: Date, signal: AbortSignal) => AsyncIterable<BookedExchangeLine>;
};

export function openAuditBooks(api: AuditApi): AuditBooks {
  return {
    hour: async (hour, signal) => {
      const query = { from: hour.toISOString(), to: new Date(hour.getTime() + hourMs).toISOString() };
      const keys = new AuditedKeys();
      let audited: BookHour | null = null;
      for await (const line of api.lines(BookLine, booksPath, query, signal)) {
        if ('group' in line) keys.add(query.from, line.group);
        else if ('hour' in line) audited = line.hour;
      }
      if (audited === null) throw new Error('the audit told of no hour');
      return { hour: audited, keys };
    },
    exchanges: (hour, signal) =>
      api.lines(BookedExchangeLine, bookedExchangesPath, { hour: hour.toISOString() }, signal),
  };
}
