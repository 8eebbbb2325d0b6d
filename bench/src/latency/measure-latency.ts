import { dirname, join } from 'node:path';
import { pkiPaths } from '@ssp/testing';
import { type BenchArguments } from '../arguments.ts';
import { type Rig } from '../measure-round.ts';
import { repositoryRoot } from '../paths.ts';
import { type PlatformCard } from '../platform/platform-card.ts';
import { type Report } from '../progress.ts';
import { type LatencyTurn } from './added-latency.ts';
import { type OpenLoopPlan } from './open-loop-plan.ts';
import { percentile } from './percentile.ts';
import { runOpenLoop } from './run-open-loop.ts';

/** Latencies at a given rate, and how many requests the platform was sent for them. */
export type LatencyFindings = {
  readonly perSecond: number;
  readonly arrivals: BenchArguments['arrivals'];
  readonly secondsEach: number;
  readonly turns: readonly LatencyTurn[];
  readonly sent: number;
  /** Of them, in the warm-up. */
  readonly refused: number;
};

/** Sends the same open-loop load through the platform and straight to its provider, by turns. */
export async function measureLatency(
  rig: Rig,
  card: PlatformCard,
  options: BenchArguments,
  report: Report,
): Promise<LatencyFindings> {
  const { perSecond, arrivals, phaseSeconds, rounds } = options;
  const load = { perSecond, arrivals, seconds: phaseSeconds, warmUpRequests: options.quick ? 500 : 2_000 };
  const plans = plansFor(rig, card, load);
  const perPhase = load.warmUpRequests + Math.round(perSecond * phaseSeconds);
  const turns: LatencyTurn[] = [];
  for (let turn = 1; turn <= rounds; turn += 1) {
    rig.signal.throwIfAborted();
    const before = await rig.ledger.progress();
    const through = await runOpenLoop(plans.through, rig.leash);
    // What is left to audit and count must not run beside the other phase.
    await rig.ledger.untilBooked(before, perPhase, rig.signal);
    const direct = await runOpenLoop(plans.direct, rig.leash);
    turns.push({ through, direct });
    const [throughMs, directMs] = [through, direct].map(({ latenciesMs }) => {
      const sorted = latenciesMs.toSorted((a, b) => a - b);
      return [0.5, 0.99].map((share) => percentile(sorted, share).toFixed(1)).join(' and ');
    });
    report(
      `${perSecond} requests/s, turn ${turn} of ${rounds}: p50 and p99 are ${throughMs} ms through the platform, ${directMs} ms straight to the provider`,
    );
  }
  const refused = turns.reduce((sum, { through }) => sum + through.refused, 0);
  return {
    perSecond,
    arrivals,
    secondsEach: phaseSeconds * rounds,
    turns,
    sent: perPhase * rounds,
    refused,
  };
}

function plansFor(
  { request }: Rig,
  card: PlatformCard,
  load: Pick<OpenLoopPlan, 'perSecond' | 'arrivals' | 'seconds' | 'warmUpRequests'>,
): { readonly through: OpenLoopPlan; readonly direct: OpenLoopPlan } {
  const [provider] = card.providers;
  if (provider === undefined) throw new Error('the platform has no provider');
  const { good } = card.consumers;
  const { edgeClient, edgeServer } = pkiPaths(dirname(file(card.pki.ca)));
  const edge = new URL(card.edge.https);
  const providerAddress = new URL(`https://${provider.address}`);
  const target = new URL(request.path.slice(1));
  const shared = { ...load, caFile: file(card.pki.ca) };
  return {
    through: {
      ...shared,
      host: edge.hostname,
      port: Number(edge.port),
      servername: edgeServer.fqdn,
      path: request.path,
      headers: request.headers,
      certFile: file(good.cert),
      keyFile: file(good.key),
    },
    direct: {
      ...shared,
      host: providerAddress.hostname,
      port: Number(providerAddress.port),
      servername: request.host,
      path: `${target.pathname}${target.search}`,
      headers: { ...request.headers, Host: request.host },
      // The provider takes requests from the proxy alone.
      certFile: edgeClient.cert,
      keyFile: edgeClient.key,
    },
  };
}

function file(path: string): string {
  return join(repositoryRoot, path);
}
