import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type PlatformCard, repositoryRoot } from '@ssp/platform';
import { refusals } from '@ssp/spine';
import { type SentRequest } from './books/judge-books.ts';
import { until } from './until.ts';
import { z } from 'zod';

const perSecond = 20;
const underWayMax = 400;
/** Far longer than the edge waits for anybody: who gets nothing by then was forgotten. */
const answeredWithinMs = 60_000;
const interaction = 'urn:nhs:names:services:gpconnect:fhir:rest:search:patient-1';
const provider = '918999198738';
/** A system that the consumer's certificate does not stand for. */
const notOurs = '200000000360';

/** As much of a refusal's answer as is compared. */
const Outcome = z.object({
  issue: z.tuple([z.object({ details: z.object({ coding: z.tuple([z.object({ display: z.string() })]) }) })]),
});

const read = (file: string) => readFileSync(join(repositoryRoot, file));

/** Requests at a steady rate, and what came of each. */
export type Traffic = {
  readonly sent: () => readonly SentRequest[];
  /** Resolves when so many more have been served as usual. */
  readonly serving: (more: number) => Promise<void>;
  /** Tells whether a request that is allowed has been served that was sent after this was asked for. */
  readonly servesAgain: () => () => boolean;
  /** How many got this status so far. */
  readonly answered: (status: number) => number;
  /** Sends nothing more; resolves when all is answered or given up. */
  readonly end: () => Promise<void>;
};

/** Begins at once, and sends on whatever becomes of the platform; each tenth is to be refused by rule, each fourth has a connection of its own. */
export function startTraffic(card: PlatformCard, edgeUrl: string, resources: AsyncDisposableStack): Traffic {
  const agent = new Agent({ keepAlive: true, maxSockets: underWayMax });
  resources.defer(() => agent.destroy());
  const { good } = card.consumers;
  const { hostname: host, port } = new URL(edgeUrl);
  const tls = { host, port, agent, ca: read(card.pki.ca), cert: read(good.cert), key: read(good.key) };
  const endpoint = card.providers.find(({ asid }) => asid === provider)?.endpoints[interaction] ?? '';
  const path = `/${endpoint}/Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C9690937278`;

  const ask = async (traceId: string, from: string, isNew: boolean): Promise<Answered> => {
    const response = await new Promise<IncomingMessage>((done, failed) => {
      const headers = {
        'Ssp-TraceID': traceId,
        'Ssp-From': from,
        'Ssp-To': provider,
        'Ssp-InteractionID': interaction,
        Authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJ0ZXN0In0.',
        Accept: 'application/fhir+json',
      };
      const outgoing = request({
        ...tls,
        ...(isNew && { agent: false }),
        path,
        headers,
        signal: AbortSignal.timeout(answeredWithinMs),
      });
      outgoing.on('error', failed);
      outgoing.on('response', done);
      outgoing.end();
    });
    const body = await text(response);
    return { status: response.statusCode ?? 0, said: wordsOf(body) };
  };

  const requests: SentRequest[] = [];
  const underWay = new Set<Promise<void>>();
  const one = async () => {
    const at = requests.length;
    const isOurs = at % 10 !== 9;
    const wanted = isOurs ? null : 'sender-not-authorised';
    const asked = { traceId: randomUUID(), wanted, status: null, said: null } as const;
    requests.push(asked);
    try {
      const answered = await ask(asked.traceId, isOurs ? good.asid : notOurs, at % 4 === 3);
      requests[at] = { ...asked, ...answered };
    } catch {
      // Nobody there, or cut off: it stays without an answer.
    }
  };
  const timer = setInterval(() => {
    if (underWay.size >= underWayMax) return;
    const under = one().finally(() => underWay.delete(under));
    underWay.add(under);
  }, 1_000 / perSecond);
  resources.defer(() => clearInterval(timer));
  const count = (holds: (each: SentRequest) => boolean) =>
    requests.reduce((sum, it) => sum + Number(holds(it)), 0);
  const served = () =>
    count(({ status, wanted }) => status === (wanted === null ? 200 : refusals[wanted].status));
  return {
    sent: () => requests,
    serving: async (more) => {
      const before = served();
      await until(`${more} more are served`, () => served() >= before + more);
    },
    servesAgain: () => {
      const from = requests.length;
      return () => requests.slice(from).some(({ status }) => status === 200);
    },
    answered: (status) => count((it) => it.status === status),
    end: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}

type Answered = Pick<SentRequest, 'said'> & { readonly status: number };

/** What a refusal says; null for any other answer. */
function wordsOf(body: string): string | null {
  const { success, data } = Outcome.safeParse(JSON.parse(body));
  return success ? data.issue[0].details.coding[0].display : null;
}
