import { NotKeptError } from '@ssp/kafka';
import { Refusal } from '@ssp/spine';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { type Exchange, type Stage } from '../exchange.ts';
import { createEndpointHosts } from '../provider/endpoint-host.ts';
import { type ForwardPlan, planOf } from '../provider/forward-plan.ts';
import { providerPass } from '../provider/provider-pass.ts';
import { type ProviderPools } from '../provider/provider-pools.ts';
import { requestFields } from '../provider/request-fields.ts';
import { requestFraming } from '../provider/request-framing.ts';

export type ForwardSettings = {
  readonly via: string;
  readonly publicName: string;
  readonly provider: { readonly timeoutStatus: 504 | 599 };
};

/** Sends an admitted exchange to its registered endpoint, once it is durably announced, and the answer back. */
export function forward(pools: ProviderPools, settings: ForwardSettings): Stage {
  const proxy = createProxyMiddleware({
    // Never dialled: the pass below ends the chain with the plan's own host.
    target: new URL('https://registered.endpoint.invalid'),
    ejectPlugins: true,
    plugins: [
      (server) => {
        // Its own passes are anonymous; this one lands before the last, which would send the request.
        server.before('web', '', providerPass);
        server.on('error', (error, _req, res) => {
          if (res !== undefined) planOf(res)?.fail(error);
        });
      },
    ],
  });

  const hostOf = createEndpointHosts();
  return async (req, res, next) => {
    const { exchange } = res.locals;
    await durablyAnnounced(exchange);
    // Who hung up while we asked has no use for an answer, and the provider need not work for it.
    if (res.destroyed) return;
    if (exchange.broken !== null) throw exchange.broken;
    const { allowed, policy, target } = exchange;
    if (allowed === null || policy === null || target === null)
      throw new Error('forwarded before it was allowed');
    const framing = requestFraming(req);
    if (framing === null) throw new Refusal('malformed-request', {}, 'a length out of range');
    const host = hostOf(allowed.endpoint);
    res.locals.plan = {
      exchange,
      pool: pools.of(host, allowed.providerFqdn),
      legs: pools.legs,
      readAhead: pools.readAhead,
      parts: pools.parts,
      host,
      path: `${target.path === '' ? '/' : target.path}${target.query}`,
      fields: requestFields(req, exchange, host, framing, settings),
      framing,
      via: settings.via,
      timeouts: policy.timeouts,
      timeoutStatus: settings.provider.timeoutStatus,
      countRetry: pools.countRetry,
      fail: next,
    } satisfies ForwardPlan;
    exchange.forwardedAtMs = performance.now();
    await proxy(req, res, next);
  };
}

async function durablyAnnounced(exchange: Exchange): Promise<void> {
  if (exchange.announced === null) throw new Error('forwarded before it was announced');
  try {
    await exchange.announced;
  } catch (cause) {
    const code = cause instanceof NotKeptError ? 'audit-spool-unavailable' : 'audit-unavailable';
    throw new Refusal(code, {}, 'the received event is not durable', { cause });
  }
}
