import { type IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { text } from 'node:stream/consumers';
import { type PlatformCard } from '../src/platform-card.ts';
import { readFromRoot } from '../src/read-from-root.ts';

/** What the edge tells the owner of a certificate of its limits, asked as curl and browsers do; null for who has none. */
export async function lookAtLimits(
  card: PlatformCard,
  certified: { readonly cert: string; readonly key: string } | null,
  accept: string,
): Promise<{ readonly status: number; readonly body: string }> {
  const response = await new Promise<IncomingMessage>((done, failed) => {
    const asked = get(
      `${card.edge.https}/.well-known/ssp/limits`,
      {
        agent: false,
        headers: { Accept: accept },
        ca: readFromRoot(card.pki.ca),
        ...(certified !== null && { cert: readFromRoot(certified.cert), key: readFromRoot(certified.key) }),
      },
      done,
    );
    asked.on('error', failed);
  });
  return { status: response.statusCode ?? 0, body: await text(response) };
}
