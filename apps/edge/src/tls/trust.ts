import { readFile } from 'node:fs/promises';
import { ConfigError, watchFiles } from '@ssp/service';
import { type Logger } from 'pino';
import { Agent } from 'undici';
import { type EdgeConfig } from '../config.ts';
import { type EdgeMetrics } from '../metrics.ts';
import { crlFile } from './crl-file.ts';
import { type WatchedPlace, watchedPlace } from './crl-places.ts';
import { crlUrl } from './crl-url.ts';
import { createRevocationLists, type CrlRefusal, type RevocationLists } from './revocation-lists.ts';
import { createStandings, type Grounds, type StandingOf } from './standings.ts';
import { readTrustSet } from './trust-set.ts';

/** Whose certificates are trusted, and which of them are revoked, at any moment. */
export type Trust = {
  readonly standingOf: StandingOf;
  readonly grounds: () => Grounds;
  /** The trusted CAs as TLS wants them, PEM. */
  readonly caPem: () => string;
  readonly places: readonly WatchedPlace[];
};

/** A list refused for one of these is no fault of the configuration: a newer one is in force, or a clock is wrong. */
const bearable: ReadonlySet<CrlRefusal> = new Set(['older', 'number-reused', 'from-the-future']);

/**
 * Reads the trust set and the CRLs, and keeps both up to date; `onTrustChange` is called when other CAs are trusted.
 * A distribution point that cannot be reached leaves its issuers without a CRL, and their certificates refused.
 * @throws ConfigError for a file that holds no CA, no CRL, or one that no trusted CA has signed
 */
export async function openTrust(
  config: Pick<EdgeConfig, 'server' | 'crl'>,
  onTrustChange: () => void,
  metrics: EdgeMetrics,
  log: Logger,
  resources: AsyncDisposableStack,
): Promise<Trust> {
  const { clientCaFile } = config.server;
  // Before its first reading, so that no change is missed.
  watchFiles({ what: 'trust set', files: [clientCaFile] }, () => reload(), log, resources);
  let caPem = await configured('EDGE_CLIENT_CA_FILE', clientCaFile, () => readFile(clientCaFile, 'utf8'));
  const trust = await configured('EDGE_CLIENT_CA_FILE', clientCaFile, () => readTrustSet(caPem));
  const lists: RevocationLists = createRevocationLists(() => grounds.trust, config.crl.graceMs);
  let grounds: Grounds = { trust, lists };
  // Another object is another ground: whatever was judged is judged anew.
  const renew = () => void (grounds = { ...grounds });

  const dispatcher = resources.adopt(new Agent({ connections: 1 }), (agent) => agent.destroy());
  const watched = (place: Parameters<typeof watchedPlace>[0]) =>
    watchedPlace(place, lists, renew, metrics, log);
  const files = config.crl.files.map((file) => ({ file, place: watched(crlFile(file)) }));
  const urls = config.crl.urls.map((url) => watched(crlUrl(url, config.crl.fetch, dispatcher)));
  const places = [...files.map(({ place }) => place), ...urls];

  const reload = async () => {
    const pem = await readFile(clientCaFile, 'utf8');
    const former = { grounds, caPem };
    grounds = { trust: readTrustSet(pem), lists };
    caPem = pem;
    try {
      onTrustChange();
    } catch (error) {
      ({ grounds, caPem } = former);
      throw error;
    }
    lists.retain(grounds.trust);
    for (const place of places) place.forget();
    // At once, for a CA that has come is refused until its CRL is there.
    await Promise.allSettled(places.map((place) => place.look()));
  };

  await Promise.all(
    files.map(({ file, place }) =>
      configured('EDGE_CRL_FILES', file, async () => {
        const offers = await place.look();
        const wrong = offers.find((offer) => offer.outcome === 'refused' && !bearable.has(offer.reason));
        if (wrong?.outcome === 'refused') throw new Error(`refused: ${wrong.reason}`);
      }),
    ),
  );
  for (const { place } of files) place.watch(config.crl.pollMs, resources);
  await Promise.allSettled(urls.map((place) => place.look()));
  for (const place of urls) place.watch(config.crl.urlPollMs, resources);
  return {
    standingOf: createStandings(() => grounds),
    grounds: () => grounds,
    caPem: () => caPem,
    places,
  };
}

async function configured<Value>(
  variable: string,
  file: string,
  read: () => Value | Promise<Value>,
): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`${variable}: ${file}: ${reason}`);
  }
}
