import { type ExplainAsk, explainPath, type Explanation, Explanations } from '@ssp/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { CommandFailure } from './command-fault.ts';
import { callService, type ServiceAddress, ServiceRefusal } from './service-client.ts';

/** Events reach the audit about a second after the exchange; a busy one may take longer. */
const untilAuditedMs = 20_000;
const pauseMs = 500;

/**
 * Asks the operator API why it was decided so. An exchange that is not in the audit yet is waited for.
 * @throws CommandFailure where it does not answer, does not know it, or answers something else
 */
export async function askExplanation(
  service: ServiceAddress,
  ask: ExplainAsk,
  signal: AbortSignal,
): Promise<readonly Explanation[]> {
  const givenUpAtMs = performance.now() + untilAuditedMs;
  for (;;) {
    const answer = await callService(service, { method: 'POST', path: explainPath, body: ask }, signal).catch(
      (error: unknown) => {
        const onItsWay = error instanceof ServiceRefusal && error.status === 404;
        if (onItsWay && performance.now() < givenUpAtMs) return null;
        throw error;
      },
    );
    if (answer !== null) return readExplanations(answer, service);
    await delay(pauseMs, undefined, { signal });
  }
}

function readExplanations(answer: unknown, { name, url }: ServiceAddress): readonly Explanation[] {
  const read = Explanations.safeParse(answer);
  if (read.success) return read.data.explanations;
  throw new CommandFailure(
    `${name} at ${url} answers in another form than this program knows: are both of one release?`,
  );
}
