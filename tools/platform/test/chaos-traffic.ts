import { type PlatformCard } from '../src/platform-card.ts';
import { type Asked, goodRequest, platformConsumer } from '../src/consumer.ts';

const everyMs = 40;
const underWayMax = 60;
/** Before the provider answers any of the slow ones. */
const hangUpAfterMs = 200;

type Kind = 'allowed' | 'refused' | 'failing' | 'slow' | 'left';
/** One after the other, over and over. */
const turns: readonly Kind[] = ['allowed', 'slow', 'refused', 'allowed', 'left', 'slow', 'failing'];

/** What a provider is to do about requests that ask for it, by the query of their target. */
export const slowly = 'chaos=slow';
export const failing = 'chaos=failing';

/** Requests of several kinds at a steady rate, and what came of them. */
export type Traffic = {
  /** The trace ids of all that were sent, whether or not anybody took them. */
  readonly sent: readonly string[];
  /** Trace id → status, for each that was answered. */
  readonly answered: ReadonlyMap<string, number>;
  /** Sends nothing more, and resolves when all is answered or given up. */
  readonly end: () => Promise<void>;
};

/** Begins at once, and sends on whatever becomes of the platform. */
export function startTraffic(card: PlatformCard, resources: AsyncDisposableStack): Traffic {
  const send = platformConsumer(card, card.consumers.good, resources);
  const sent: string[] = [];
  const answered = new Map<string, number>();
  const underWay = new Set<Promise<void>>();

  const one = async (kind: Kind) => {
    const asked = askedFor(kind, goodRequest(card));
    sent.push(asked.traceId);
    try {
      const { status } = await send(asked, kind === 'left' ? { withinMs: hangUpAfterMs } : {});
      answered.set(asked.traceId, status);
    } catch {
      // Nobody there, cut off, or left by ourselves.
    }
  };
  const timer = setInterval(() => {
    if (underWay.size >= underWayMax) return;
    const request = one(turns[sent.length % turns.length] ?? 'allowed').finally(() =>
      underWay.delete(request),
    );
    underWay.add(request);
  }, everyMs);
  resources.defer(() => clearInterval(timer));
  return {
    sent,
    answered,
    end: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}

function askedFor(kind: Kind, good: Asked): Asked {
  if (kind === 'refused') return { ...good, from: '200000000360' };
  if (kind === 'failing') return { ...good, url: `${good.url}&${failing}` };
  return kind === 'allowed' ? good : { ...good, url: `${good.url}&${slowly}` };
}
