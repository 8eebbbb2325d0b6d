import { everyMs } from '@ssp/service';
import { type Logger } from 'pino';
import { type EdgeMetrics } from '../metrics.ts';
import { type CrlOffer, type CrlRefusal, type RevocationLists } from './revocation-lists.ts';

/** Somewhere CRLs are published. */
export type CrlPlace = {
  readonly kind: 'file' | 'url';
  /** For the log. */
  readonly name: string;
  /** What is there, or null if that is what was there before; rejects when it cannot be had. */
  readonly read: () => Promise<readonly Buffer[] | null>;
  /** Takes whatever is there for new at the next look. */
  readonly forget: () => void;
};

/** A place that is looked at again and again. */
export type WatchedPlace = {
  readonly kind: CrlPlace['kind'];
  /**
   * Reads the place now, and offers what is new there. A list that is refused changes nothing; rejects when the place cannot
   * be read, which changes nothing either.
   */
  readonly look: () => Promise<readonly CrlOffer[]>;
  readonly forget: () => void;
  /** Looks from now on every `pollMs`; a fault of the place is logged when it begins and when it ends. */
  readonly watch: (pollMs: number, resources: AsyncDisposableStack) => void;
  /** Since the last look that succeeded. */
  readonly ageMs: (nowMs: number) => number;
};

/** These may be gone at the next look without the list having changed. */
const passing: ReadonlySet<CrlRefusal> = new Set(['from-the-future']);

/** `onTaken` is called after each list that has come into force. */
export function watchedPlace(
  place: CrlPlace,
  lists: RevocationLists,
  onTaken: () => void,
  metrics: EdgeMetrics,
  log: Logger,
): WatchedPlace {
  let lastLookMs = Date.now();
  let isFailing = false;

  const offer = async (der: Buffer) => {
    const offered = await lists.offer(der, Date.now());
    if (offered.outcome === 'refused') {
      const { reason, issuer } = offered;
      metrics.crlsRefused.inc({ reason });
      log.warn({ place: place.name, issuer, reason }, 'a CRL was refused; what is in force stays so');
      if (passing.has(reason)) place.forget();
    } else if (offered.outcome === 'taken') {
      const { issuer, number, nextUpdateMs, revoked } = offered.list;
      onTaken();
      log.info(
        {
          place: place.name,
          issuer: issuer.label,
          number: String(number),
          revoked: revoked.size,
          nextUpdate: new Date(nextUpdateMs),
        },
        'a CRL came into force',
      );
    }
    return offered;
  };

  const look = async () => {
    const crls = (await place.read()) ?? [];
    const offers: CrlOffer[] = [];
    // One after the other: a bundle may hold two lists of one issuer.
    for (const der of crls) offers.push(await offer(der));
    lastLookMs = Date.now();
    return offers;
  };

  const lookAgain = async () => {
    try {
      await look();
      if (isFailing) log.info({ place: place.name }, 'CRLs can be read again');
      isFailing = false;
    } catch (error) {
      if (!isFailing)
        log.error({ err: error, place: place.name }, 'CRLs could not be read; what is in force stays so');
      isFailing = true;
    }
  };
  return {
    kind: place.kind,
    look,
    forget: place.forget,
    watch: (pollMs, resources) => everyMs(pollMs, lookAgain, resources),
    ageMs: (nowMs) => nowMs - lastLookMs,
  };
}
