import { type BookedExchange } from '@ssp/contracts';
import { type Pool } from 'pg';
import { z } from 'zod';
import { type AuditBooks } from './audit-books.ts';
import { usageOfBooked } from './exchange-usage.ts';
import { type Found } from './found.ts';
import { type Entry, entryOf, type LedgerOfHour, readLedgerOfHour, tellAltered } from './ledger-of-hour.ts';
import { isBehind, isBeyond, type Offsets, offsetsOf } from './offsets.ts';

/** So many of an hour are named; all are counted. */
export const namedMax = 1_000;

/** What holding each exchange of the audit against the ledger came to. */
export type Named = {
  /** Exchanges of the audit, each once. */
  readonly audited: number;
  readonly differences: number;
  readonly named: readonly Found[];
  /** Exchanges that came after the hour was reconciled before. */
  readonly late: readonly Found[];
  readonly written: Offsets;
};

/**
 * Compares an hour's ledger with the audit, exchange by exchange. Null where the audit has not come as far as billing, so that nobody can
 * say yet whether what it lacks is wrong. `knownBelow` is how far the audit had come when the hour was reconciled before.
 */
export async function nameDifferences(
  { pool, books }: { readonly pool: Pool; readonly books: AuditBooks },
  hour: Date,
  knownBelow: Offsets | null,
  signal: AbortSignal,
): Promise<Named | null> {
  const ledger = await readLedgerOfHour(pool, hour);
  const comparison = new Comparison(ledger, knownBelow);
  let written: Offsets = new Map();
  for await (const line of books.exchanges(hour, signal)) {
    if ('written' in line) {
      written = offsetsOf(line.written);
      if (isBehind(written, ledger.offsets)) return null;
    } else if ('exchange' in line) comparison.add(line.exchange);
  }
  return { ...comparison.end(), written };
}

/** Takes the place of an entry that the audit has told of: its text is needed no more, and a national hour has half a million. */
const met: Entry = '';

class Comparison {
  readonly #ledger: LedgerOfHour;
  readonly #knownBelow: Offsets | null;
  /** Of the audit's exchanges those that the ledger has not. */
  readonly #notEntered = new Set<string>();
  readonly #named: Found[] = [];
  readonly #late: Found[] = [];
  #differences = 0;
  #audited = 0;

  constructor(ledger: LedgerOfHour, knownBelow: Offsets | null) {
    this.#ledger = ledger;
    this.#knownBelow = knownBelow;
  }

  add(exchange: BookedExchange): void {
    const { internalId, traceId } = exchange;
    const { entries, offsets } = this.#ledger;
    const entered = entries.get(internalId);
    // Told twice, it counts once; and what billing has not met yet is not missed.
    if (entered === met || this.#notEntered.has(internalId) || isBeyond(offsets, exchange)) return;
    this.#audited += 1;
    if (entered === undefined) this.#notEntered.add(internalId);
    else entries.set(internalId, met);
    if (this.#knownBelow !== null && isBeyond(this.#knownBelow, exchange) && this.#late.length < namedMax)
      this.#late.push({
        kind: 'late',
        internalId,
        traceId,
        about: `it came late; it ended ${exchange.time}`,
      });
    const due = dueOf(exchange);
    if (due.entry === null) {
      if (entered === undefined) this.#tell('lost', exchange, `it is put aside: ${due.fault}`);
      return;
    }
    if (entered === undefined) this.#tell('lost', exchange, 'the audit has it, the ledger has not');
    else if (entered !== due.entry) this.#tell('altered', exchange, tellAltered(entered, due.entry));
  }

  end() {
    for (const [internalId, entry] of this.#ledger.entries)
      if (entry !== met)
        this.#tell('doubled', { internalId, traceId: null }, 'the ledger has it, the audit has not');
    return {
      audited: this.#audited,
      differences: this.#differences,
      named: this.#named,
      late: this.#late,
    };
  }

  #tell(
    kind: Found['kind'],
    { internalId, traceId }: Pick<BookedExchange, 'internalId' | 'traceId'>,
    about: string,
  ): void {
    this.#differences += 1;
    if (this.#named.length < namedMax) this.#named.push({ kind, internalId, traceId, about });
  }
}

function dueOf(exchange: BookedExchange) {
  try {
    return { entry: entryOf(usageOfBooked(exchange)), fault: null };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    return { entry: null, fault: error.issues.map(({ path }) => path.join('.')).join(', ') };
  }
}
