import { type NumberSpan } from './number-spans.ts';

const pageNumbers = 65_536;

type Page = { readonly bits: Uint8Array; count: number };

/** Any numbers from 1 to 2^40, at a bit each; those that are all there over long stretches cost nothing. */
export class NumberSet {
  /** Null for a page of which every number is there. */
  readonly #pages = new Map<number, Page | null>();
  highest = 0;

  /** Returns false for a number that is there already. */
  add(number: number): boolean {
    const at = Math.floor(number / pageNumbers);
    const page = this.#pageAt(at);
    if (page === null) return false;
    const place = number % pageNumbers;
    const byte = page.bits[place >> 3] ?? 0;
    const bit = 1 << (place & 7);
    if ((byte & bit) !== 0) return false;
    page.bits[place >> 3] = byte | bit;
    page.count += 1;
    if (page.count === pageNumbers) this.#pages.set(at, null);
    if (number > this.highest) this.highest = number;
    return true;
  }

  has(number: number): boolean {
    const page = this.#pages.get(Math.floor(number / pageNumbers));
    if (page === undefined || page === null) return page === null;
    const place = number % pageNumbers;
    return ((page.bits[place >> 3] ?? 0) & (1 << (place & 7))) !== 0;
  }

  /** What is missing from 1 to `upTo`, as spans. */
  *holes(upTo: number): Generator<NumberSpan> {
    let open: number | null = null;
    for (let number = 1; number <= upTo; number += 1) {
      const at = Math.floor(number / pageNumbers);
      const page = this.#pages.get(at);
      if (number % pageNumbers === 0 && page === undefined) {
        // Nothing of this page is there; its numbers are not looked at one by one.
        open ??= number;
        number = (at + 1) * pageNumbers - 1;
        continue;
      }
      const isThere = this.has(number);
      if (!isThere) open ??= number;
      else if (open !== null) {
        yield { first: open, last: number - 1 };
        open = null;
      }
      if (isThere && page === null) number = (at + 1) * pageNumbers - 1;
    }
    if (open !== null) yield { first: open, last: upTo };
  }

  #pageAt(at: number): Page | null {
    const known = this.#pages.get(at);
    if (known !== undefined) return known;
    // Number 0 is none: as good as there.
    const made = { bits: new Uint8Array(pageNumbers / 8), count: at === 0 ? 1 : 0 };
    this.#pages.set(at, made);
    return made;
  }
}
