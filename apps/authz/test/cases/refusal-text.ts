import { type AuthzAnswer, type AuthzAsk } from '@ssp/contracts';
import { operationOutcome, Refusal } from '@ssp/spine';

/** The text that a caller is shown, of nothing but the ask and its answer; undefined where it is not refused. */
export function refusalText(ask: AuthzAsk, answer: AuthzAnswer | undefined): string | undefined {
  if (answer?.decision !== 'refuse') return undefined;
  const { endpoint = '', cpaId = '' } = answer;
  const facts = {
    from: ask.from,
    to: ask.to,
    target: `https://${ask.targetHost}${ask.targetPath}`,
    endpoint,
    cpaId,
  };
  return operationOutcome(new Refusal(answer.refusal, facts), '').issue[0]?.details.coding[0]?.display;
}
