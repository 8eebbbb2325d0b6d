import { goodRequest, type PlatformCard, platformConsumer } from '@ssp/platform';
import { refusals } from '@ssp/spine';
import { type SentRequest } from './books/judge-books.ts';
import { until } from './until.ts';
import { z } from 'zod';

const perSecond = 20;
const underWayMax = 400;
/** A system that the consumer's certificate does not stand for. */
const notOurs = '200000000360';

/** As much of a refusal's answer as is compared. */
const Outcome = z.object({
  issue: z.tuple([z.object({ details: z.object({ coding: z.tuple([z.object({ display: z.string() })]) }) })]),
});

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
  const send = platformConsumer(card, card.consumers.good, resources, { edgeUrl, socketsMax: underWayMax });
  const requests: SentRequest[] = [];
  const underWay = new Set<Promise<void>>();
  const one = async () => {
    const at = requests.length;
    const isOurs = at % 10 !== 9;
    const wanted = isOurs ? null : 'sender-not-authorised';
    const good = goodRequest(card);
    const asked = { traceId: good.traceId, wanted, status: null, said: null } as const;
    requests.push(asked);
    try {
      const { status, body } = await send(isOurs ? good : { ...good, from: notOurs }, {
        isNew: at % 4 === 3,
      });
      requests[at] = { ...asked, status, said: wordsOf(body) };
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

/** What a refusal says; null for any other answer. JSON is asked for, so that what is none says nothing. */
function wordsOf(body: string): string | null {
  if (!body.startsWith('{')) return null;
  const { success, data } = Outcome.safeParse(JSON.parse(body));
  return success ? data.issue[0].details.coding[0].display : null;
}
