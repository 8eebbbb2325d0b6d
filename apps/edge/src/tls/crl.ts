import { setImmediate } from 'node:timers/promises';
import { type CrlExtensions, readCrlExtensions, readEntryExtensions } from './crl-extensions.ts';
import { DerError, DerReader, oidText, serialKey, tags, timeMs } from './der.ts';

/** What stands round the entries of a CRL; its signature is not yet proved. */
export type CrlHead = {
  readonly der: Buffer;
  /** What is signed. */
  readonly toBeSigned: Buffer;
  /** The issuer's Name, DER in latin1: names are matched octet by octet. */
  readonly issuer: string;
  readonly thisUpdateMs: number;
  /** Null where the list does not say when it ends. */
  readonly nextUpdateMs: number | null;
  readonly signatureAlgorithm: string;
  readonly signature: Buffer;
  readonly extensions: CrlExtensions;
  /** Where the entries stand in `der`. */
  readonly entries: { readonly from: number; readonly to: number };
};

/** Reads a CRL but for its entries. Throws a DerError. */
export function readCrlHead(der: Buffer): CrlHead {
  const file = new DerReader(der).read(tags.sequence);
  if (file.hasMore()) throw new DerError('something follows the list');
  const outer = file.inside();
  const toBeSigned = outer.read(tags.sequence).whole();
  const list = outer.inside();
  const algorithm = outer.read(tags.sequence).whole();
  const signatureAlgorithm = oidText(outer.inside().read(tags.oid).content());
  const bits = outer.read(tags.bitString).content();
  if (bits[0] !== 0 || outer.hasMore()) throw new DerError('no signature of whole octets at the end');

  list.readIf(tags.integer);
  // What stands outside the signature's reach must be as it is within, or it could be exchanged for another.
  if (!list.read(tags.sequence).is(algorithm)) throw new DerError('two signature algorithms');
  const issuer = list.read(tags.sequence).whole().toString('latin1');
  const thisUpdateMs = timeMs(list.next());
  const isTime = list.peek() === tags.utcTime || list.peek() === tags.generalizedTime;
  const nextUpdateMs = isTime ? timeMs(list.next()) : null;
  const hasEntries = list.readIf(tags.sequence);
  const entries = hasEntries ? { from: list.start, to: list.end } : { from: 0, to: 0 };
  const extensions = readCrlExtensions(list.readIf(0xa0) ? list.inside() : null);
  return {
    der,
    toBeSigned,
    issuer,
    thisUpdateMs,
    nextUpdateMs,
    signatureAlgorithm,
    signature: bits.subarray(1),
    extensions,
    entries,
  };
}

/** So many entries are read in about a millisecond; then others have their turn. */
const entriesPerTurn = 2_000;

/**
 * Reads which serial numbers a CRL lists, as keys of `serialKey`. Entries on hold are revoked like the others.
 * Rejects with a DerError, or with an Error for an entry that has a critical extension we do not know.
 */
export async function readRevokedSerials(head: CrlHead): Promise<ReadonlySet<string>> {
  const { der, entries } = head;
  const serials = new Set<string>();
  const list = new DerReader(der, entries.from, entries.to);
  const entry = new DerReader(der);
  while (list.hasMore()) {
    list.read(tags.sequence);
    entry.within(list.start, list.end).read(tags.integer);
    serials.add(serialKey(der, entry.start, entry.end));
    entry.next();
    if (entry.hasMore()) readEntryExtensions(entry.read(tags.sequence));
    if (serials.size % entriesPerTurn === 0) await setImmediate();
  }
  return serials;
}
