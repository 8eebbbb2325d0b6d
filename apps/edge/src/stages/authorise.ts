import { type AuthzAnswer, type AuthzAsk, type Network } from '@ssp/contracts';
import { Refusal, targetUrl } from '@ssp/spine';
import { type Exchange, type Stage, traceOf } from '../exchange.ts';

/** Asks authz whether this exchange may happen and where it goes; without an answer it may not. */
export function authorise(ask: (ask: AuthzAsk) => Promise<AuthzAnswer>, network: Network): Stage {
  return async (_req, res, next) => {
    const { exchange } = res.locals;
    const asked = question(exchange, network);
    const startedMs = performance.now();
    exchange.askedNetwork = network;
    let answer: AuthzAnswer;
    try {
      answer = await ask(asked);
    } catch (cause) {
      throw new Refusal('authorisation-unavailable', {}, 'authz gave no answer', { cause });
    } finally {
      exchange.timings.authoriseMs = performance.now() - startedMs;
    }
    if (answer.decision === 'unreadable') {
      throw new Refusal('authorisation-unavailable', {}, `authz could not read the ask: ${answer.fault}`);
    }
    exchange.decision = answer;
    if (answer.decision === 'refuse') throw refusalOf(exchange, answer);
    exchange.allowed = answer;
    next();
  };
}

function question(exchange: Exchange, network: Network): AuthzAsk {
  const { caller, headers, target } = exchange;
  if (headers === null || target === null || caller.certificate === null)
    throw new Error('asked before it was read');
  return {
    certificateNames: [...caller.certificate.names],
    from: headers.from,
    to: headers.to,
    interactionId: headers.interactionId,
    targetHost: target.host,
    targetPath: target.path,
    network,
    ...traceOf(exchange),
  };
}

function refusalOf(
  { headers, target }: Exchange,
  answer: Extract<AuthzAnswer, { decision: 'refuse' }>,
): Refusal {
  return new Refusal(answer.refusal, {
    ...(headers !== null && { from: headers.from, to: headers.to }),
    ...(target !== null && { target: targetUrl(target) }),
    ...(answer.endpoint !== undefined && { endpoint: answer.endpoint }),
    ...(answer.cpaId !== undefined && { cpaId: answer.cpaId }),
  });
}
