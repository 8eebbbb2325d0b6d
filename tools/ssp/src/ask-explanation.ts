import { type ExplainAsk, explainPath, type Explanation, Explanations } from '@ssp/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandFailure } from './command-fault.ts';
import { callService, type ServiceAddress, ServiceRefusal } from './service-client.ts';

/** Events reach the audit about a second after the exchange; a busy one may take longer. */
const waiting = { untilMs: 20_000, pauseMs: 500 };

/**
 * Asks the operator API why it was decided so, in one way after another until it knows. An exchange that the audit does not hold yet, or whose end it does not, is
 * waited for; `tell` is told so once.
 * @throws CommandFailure where it does not answer, does not know it, or answers something else
 */
export async function askExplanation(
  service: ServiceAddress,
  asks: readonly ExplainAsk[],
  tell: (line: string) => void,
  signal: AbortSignal,
  { untilMs, pauseMs } = waiting,
): Promise<readonly Explanation[]> {
  const givenUpAtMs = performance.now() + untilMs;
  for (let asked = 1; ; asked += 1) {
    const explanations = await firstExplanations(service, asks, signal);
    const isWhole = explanations?.every(({ exchange }) => exchange === null || exchange.outcome !== null);
    if (explanations !== null && isWhole === true) return explanations;
    if (performance.now() >= givenUpAtMs) {
      if (explanations !== null) return explanations;
      throw new CommandFailure(
        `the audit holds no such exchange, also after ${untilMs / 1_000} s: is it the id of a request that came to this edge?`,
      );
    }
    if (asked === 1) {
      tell(
        `the audit does not hold ${explanations === null ? 'it' : 'its end'} yet; waiting up to ${untilMs / 1_000} s`,
      );
    }
    await delay(pauseMs, undefined, { signal });
  }
}

async function firstExplanations(
  service: ServiceAddress,
  asks: readonly ExplainAsk[],
  signal: AbortSignal,
): Promise<readonly Explanation[] | null> {
  for (const ask of asks) {
    const explanations = await explanationsOf(service, ask, signal);
    if (explanations !== null) return explanations;
  }
  return null;
}

/** Null where the audit has no such exchange. */
async function explanationsOf(
  service: ServiceAddress,
  ask: ExplainAsk,
  signal: AbortSignal,
): Promise<readonly Explanation[] | null> {
  try {
    const answer = await callService(service, { method: 'POST', path: explainPath, body: ask }, signal);
    return readExplanations(answer, service);
  } catch (error) {
    const isUnknown = error instanceof ServiceRefusal && error.status === 404 && !('facts' in ask);
    if (isUnknown) return null;
    throw error;
  }
}

function readExplanations(answer: unknown, { name, url }: ServiceAddress): readonly Explanation[] {
  const read = Explanations.safeParse(answer);
  if (read.success) return read.data.explanations;
  throw new CommandFailure(
    `${name} at ${url} answers in another form than this program knows: are both of one release?`,
  );
}
