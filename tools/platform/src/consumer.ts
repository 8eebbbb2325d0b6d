import { randomUUID } from 'node:crypto';
import { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { type PlatformCard } from './platform-card.ts';
import { readFromRoot } from './read-from-root.ts';

type Certified = { readonly cert: string; readonly key: string };

export type Asked = {
  readonly traceId: string;
  readonly from: string;
  readonly to: string;
  readonly interaction: string;
  readonly url: string;
  /** Beside those that every request has. */
  readonly headers?: Readonly<Record<string, string>>;
};

export type Answered = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

/** Far longer than the edge waits for any part of the platform: who gets nothing by then was forgotten. */
const answeredWithinMs = 60_000;

type Manner = {
  /** Hangs up after that time; a minute unless given. */
  readonly withinMs?: number;
  /** On a connection that serves nothing else. */
  readonly isNew?: boolean;
};

/** A consumer system at work on a running platform, by its edge unless another address is given; null for one without a certificate. */
export function platformConsumer(
  card: PlatformCard,
  certified: Certified | null,
  resources: AsyncDisposableStack,
  { edgeUrl = card.edge.https, socketsMax = 32 } = {},
) {
  const agent = new Agent({ keepAlive: true, maxSockets: socketsMax });
  resources.defer(() => agent.destroy());
  const edge = new URL(edgeUrl);
  const shared = {
    host: edge.hostname,
    port: edge.port,
    agent,
    ca: readFromRoot(card.pki.ca),
    ...(certified !== null && { cert: readFromRoot(certified.cert), key: readFromRoot(certified.key) }),
  };
  /** Rejects where there is no answer. */
  return async (
    asked: Asked,
    { withinMs = answeredWithinMs, isNew = false }: Manner = {},
  ): Promise<Answered> => {
    const response = await new Promise<IncomingMessage>((done, failed) => {
      const outgoing = request({
        ...shared,
        ...(isNew && { agent: false }),
        signal: AbortSignal.timeout(withinMs),
        path: `/${asked.url}`,
        headers: {
          'Ssp-TraceID': asked.traceId,
          'Ssp-From': asked.from,
          'Ssp-To': asked.to,
          'Ssp-InteractionID': asked.interaction,
          Authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJ0ZXN0In0.',
          Accept: 'application/fhir+json',
          ...asked.headers,
        },
      });
      outgoing.on('error', failed);
      outgoing.on('response', done);
      outgoing.end();
    });
    return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
  };
}

const searchPatient = 'urn:nhs:names:services:gpconnect:fhir:rest:search:patient-1';

/** A request that nothing speaks against, under a trace id of its own. */
export function goodRequest(card: PlatformCard): Asked {
  const provider = card.providers.find(({ asid }) => asid === '918999198738');
  const endpoint = provider?.endpoints[searchPatient] ?? '';
  return {
    traceId: randomUUID(),
    from: card.consumers.good.asid,
    to: '918999198738',
    interaction: searchPatient,
    url: `${endpoint}/Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C9690937278`,
  };
}
