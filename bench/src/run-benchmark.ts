import { type Leash } from '@ssp/testing';
import { type BenchArguments } from './arguments.ts';
import { writeIdentity } from './load/identity-file.ts';
import { sampleRequest } from './load/sample-request.ts';
import { measureRound, type Rig, type Round } from './measure-round.ts';
import { benchPaths } from './paths.ts';
import { openLedger } from './platform/ledger.ts';
import { obtainPlatform } from './platform/obtain-platform.ts';
import { type Report } from './progress.ts';
import { countedBetween } from './report/counting.ts';
import { readMachineFacts } from './report/machine-facts.ts';
import { type Findings } from './report/render-report.ts';
import { summarise } from './report/summarise.ts';
import { obtainPrograms } from './setup/obtain-programs.ts';
import { createSystems, platformName, type System } from './systems.ts';
import { providerTls } from './tls-facts.ts';
import { startYardstick } from './yardstick/start-yardstick.ts';

const inFlightSteps = [1, 8, 32] as const;
const warmUpInFlight = 32;
/** Cold code on a busy machine may miss its own timeouts, and is then refused as it should be. */
const coldRefusalsMax = 0.01;

/** Starts what is missing, warms up, measures in turns, and counts. Everything it started ends with `resources`. */
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
  const yardstick = await startYardstick({ nginx: programs.nginx, card, request, leash }, signal);
  report('nginx and its authz services are up');
  const systems = createSystems(card, yardstick);
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

  const countsBefore = await ledger.counts();
  const warmUps = await warmUp(rig, systems, options, report);
  const rounds = await measureInTurns(rig, systems, options, report);
  const ours = [...warmUps, ...rounds].filter(({ system }) => system.name === platformName);
  const load = {
    sent: ours.reduce((sum, round) => sum + round.load.completed, 0),
    refused: ours.reduce((sum, round) => sum + round.load.non2xx, 0),
  };
  const counting = countedBetween(load, countsBefore, await ledger.counts());

  return {
    options,
    facts,
    summaries: summarise(rounds),
    counting,
    tls: { consumer: sameTls(rounds), provider: await providerTls(card, request) },
    bodyBytes: rounds[0]?.load.bodyBytes ?? 0,
    tokenBytes: (request.headers['Authorization'] ?? '').length - 'Bearer '.length,
  };
}

async function warmUp(
  rig: Rig,
  systems: readonly System[],
  { warmUpRequests }: BenchArguments,
  report: Report,
): Promise<readonly Round[]> {
  const warmUps: Round[] = [];
  for (const system of systems) {
    const round = await measureRound(rig, system, {
      requests: warmUpRequests,
      inFlight: warmUpInFlight,
      badAnswersMax: warmUpRequests * coldRefusalsMax,
    });
    const { non2xx } = round.load;
    const refused = non2xx === 0 ? '' : `, ${non2xx} of them refused`;
    report(`${system.name} is warm after ${warmUpRequests} requests${refused}`);
    warmUps.push(round);
  }
  return warmUps;
}

/** A B C D, A B C D …: what disturbs the machine for a while disturbs all of them. */
async function measureInTurns(
  rig: Rig,
  systems: readonly System[],
  { requests, rounds }: BenchArguments,
  report: Report,
): Promise<readonly Round[]> {
  const measured: Round[] = [];
  for (const inFlight of inFlightSteps) {
    for (let round = 1; round <= rounds; round += 1) {
      const turn: Round[] = [];
      for (const system of systems)
        turn.push(await measureRound(rig, system, { requests, inFlight, badAnswersMax: 0 }));
      measured.push(...turn);
      const costs = turn.map(({ system, sumUs }) => `${system.name} ${Math.round(sumUs)} µs`);
      report(`${inFlight} in flight, round ${round} of ${rounds}: ${costs.join(', ')}`);
    }
  }
  return measured;
}

function sameTls(rounds: readonly Round[]): string {
  const seen = [...new Set(rounds.map(({ load }) => load.tls))];
  if (seen.length !== 1) throw new Error(`the systems negotiated different ciphers: ${seen.join(' and ')}`);
  return seen[0] ?? '';
}
