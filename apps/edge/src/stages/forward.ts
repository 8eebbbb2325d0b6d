import { Refusal } from '@ssp/spine';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { type Exchange, type Stage } from '../exchange.ts';
import { type ForwardPlan, planOf, providerPass } from '../provider/provider-pass.ts';
import { type ProviderPools } from '../provider/provider-pools.ts';
import { type ProviderTimeouts } from '../provider/provider-timeouts.ts';
import { requestHeaders } from '../provider/request-headers.ts';

export type ForwardSettings = { readonly via: string; readonly publicName: string };

/**
 * Sends an admitted exchange to its registered endpoint, once it is durably announced, and the answer back.
 * `timeoutsOf` is asked once an exchange.
 */
export function forward(
  pools: ProviderPools,
  settings: ForwardSettings,
  timeoutsOf: (interactionId: string) => ProviderTimeouts,
): Stage {
  const proxy = createProxyMiddleware({
    // Never dialled: the pass below ends the chain with the plan's own host.
    target: 'https://registered.endpoint.invalid',
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

  return async (req, res, next) => {
    const { exchange } = res.locals;
    await durablyAnnounced(exchange);
    // Who hung up while we asked has no use for an answer, and the provider need not work for it.
    if (res.destroyed) return;
    if (exchange.broken !== null) throw exchange.broken;
    const { allowed, headers, target } = exchange;
    if (allowed === null || headers === null || target === null)
      throw new Error('forwarded before it was allowed');
    const { hostname } = new URL(allowed.endpoint);
    res.locals.plan = {
      exchange,
      dispatcher: pools.of(hostname),
      host: hostname,
      path: `${target.path === '' ? '/' : target.path}${target.query}`,
      headers: requestHeaders(req, exchange, hostname, settings),
      via: settings.via,
      timeouts: timeoutsOf(headers.interactionId),
      fail: next,
    } satisfies ForwardPlan;
    exchange.forwardedAtMs = performance.now();
    await proxy(req, res, next);
  };
}

async function durablyAnnounced(exchange: Exchange): Promise<void> {
  try {
    await exchange.announced;
  } catch (cause) {
    throw new Refusal('audit-unavailable', {}, 'the received event is not durable', { cause });
  }
}
