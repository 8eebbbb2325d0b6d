import { BookedExchangeLine, bookedExchangesPath, type BookHour, BookLine, booksPath } from '@ssp/contracts';
import { type AuditApi } from '@ssp/service/operator';
import { type Period } from './hours.ts';
import { AuditedKeys } from './key-sums.ts';

const hourMs = 3_600_000;

/** What the audit has of an hour. */
export type AuditedHour = { readonly hour: BookHour; readonly keys: AuditedKeys };

/** What billing asks the audit. Throws Problem 503 where it does not answer. */
export type AuditBooks = {
  /** Each hour of a stretch, in one call; to be taken without long pauses, as the audit waits meanwhile. */
  readonly hours: (stretch: Period, signal: AbortSignal) => AsyncIterable<AuditedHour>;
  /** Each completed exchange of an hour, after how far the audit had come; no faster than they are taken. */
  readonly exchanges: (hour: Date, signal: AbortSignal) => AsyncIterable<BookedExchangeLine>;
};

export function openAuditBooks(api: AuditApi): AuditBooks {
  return {
    hours: async function* hours({ from, to }, signal) {
      const query = { from: from.toISOString(), to: to.toISOString() };
      const nameOfHour = (nth: number) => new Date(from.getTime() + nth * hourMs).toISOString();
      let keys = new AuditedKeys();
      let told = 0;
      for await (const line of api.lines(BookLine, booksPath, query, signal)) {
        if ('group' in line) keys.add(nameOfHour(told), line.group);
        else if ('hour' in line) {
          if (line.hour.hour !== nameOfHour(told)) throw new Error(`the audit told of ${line.hour.hour}`);
          yield { hour: line.hour, keys };
          keys = new AuditedKeys();
          told += 1;
        }
      }
      if (nameOfHour(told) !== query.to) throw new Error('the audit did not tell of every hour');
    },
    exchanges: (hour, signal) =>
      api.lines(BookedExchangeLine, bookedExchangesPath, { hour: hour.toISOString() }, signal),
  };
}
