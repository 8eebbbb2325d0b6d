import { join } from 'node:path';
import { type Leash } from '@ssp/testing';
import { type BenchArguments } from './arguments.ts';
import { startForwarding } from './forwarding/start-forwarding.ts';
import { measureLatency } from './latency/measure-latency.ts';
import { writeIdentity } from './load/identity-file.ts';
import { sampleRequest } from './load/sample-request.ts';
import { measureCost } from './measure-cost.ts';
import { type Rig, type Round } from './measure-round.ts';
import { benchPaths } from './paths.ts';
import { openLedger } from './platform/ledger.ts';
import { obtainPlatform } from './platform/obtain-platform.ts';
import { type PlatformCard } from './platform/platform-card.ts';
import { profileUnderLoad } from './profile/profile-under-load.ts';
import { type Report } from './progress.ts';
import { countedBetween } from './report/counting.ts';
import { type Findings } from './report/findings.ts';
import { readMachineFacts } from './report/machine-facts.ts';
import { obtainPrograms, type Programs } from './setup/obtain-programs.ts';
import { platformSystem, rivalSystems, type System } from './systems.ts';
import { providerTls } from './tls-facts.ts';
import { warmUp } from './warm-up.ts';
import { startYardstick } from './yardstick/start-yardstick.ts';

/** Starts what is missing, warms up, measures part by part, and counts. Everything it started ends with `resources`. */
export async function runBenchmark(
  options: BenchArguments,
  leash: Leash,
  report: Report,
  resources: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Findings> {
  const programs = await obtainPrograms(benchPaths.work, report);
  const facts = await readMachineFacts(programs, new Date());
  const card = await obtainPlatform(leash, report, resources, signal);
  const request = sampleRequest(card, new Date());
  const ledger = await openLedger(card.postgres, resources);
  const rig: Rig = {
    ab: programs.ab,
    identityFile: await writeIdentity(card, resources),
    request,
    leash,
    ledger,
    edgeAdminUrl: card.services.edge[0].admin,
    signal,
  };
  const wants = (part: 'cost' | 'latency' | 'profile') => options.parts.has(part);
  const platform = platformSystem(card);
  const rivals = wants('cost') ? await startRivals(programs, card, rig, report) : [];
  const systems = [platform, ...rivals];

  const countsBefore = await ledger.counts();
  const warmUps: Round[] = [];
  for (const system of systems) warmUps.push(...(await warmUp(rig, system, options, report)));
  const costs = wants('cost') ? await measureCost(rig, systems, options, report) : [];
  const latency = wants('latency') ? await measureLatency(rig, card, options, report) : null;
  const profile = wants('profile') ? await profileUnderLoad(rig, platform, options, report) : null;
  const rounds = [...warmUps, ...costs];
  const ours = rounds.filter(({ system }) => system === platform);
  const load = {
    sent:
      ours.reduce((sum, round) => sum + round.load.completed, 0) +
      (latency?.sent ?? 0) +
      (profile?.requests ?? 0),
    refused: ours.reduce((sum, round) => sum + round.load.non2xx, 0) + (latency?.refused ?? 0),
  };
  return {
    options,
    facts,
    warmUps,
    costs,
    latency,
    profile,
    counting: countedBetween(load, countsBefore, await ledger.counts()),
    tls: { consumer: sameTls(rounds), provider: await providerTls(card, request) },
    bodyBytes: rounds[0]?.load.bodyBytes ?? 0,
    tokenBytes: (request.headers['Authorization'] ?? '').length - 'Bearer '.length,
  };
}

async function startRivals(
  { nginx }: Programs,
  card: PlatformCard,
  { request, leash, signal }: Rig,
  report: Report,
): Promise<readonly System[]> {
  const [yardstick, forwarding] = await Promise.all([
    startYardstick({ nginx, card, request, leash }, signal),
    startForwarding(card, request, leash, signal),
  ]);
  report(`nginx, its authz services and an edge that only forwards are up (${join('.local', 'bench')})`);
  return rivalSystems(card, yardstick, forwarding);
}

function sameTls(rounds: readonly Round[]): string {
  const seen = [...new Set(rounds.map(({ load }) => load.tls))];
  if (seen.length !== 1) throw new Error(`the systems negotiated different ciphers: ${seen.join(' and ')}`);
  return seen[0] ?? '';
}
