import { join } from 'node:path';
import { type Leash } from '@ssp/testing';
import { type BenchArguments } from '../arguments.ts';
import { writeIdentity } from '../load/identity-file.ts';
import { runAb } from '../load/run-ab.ts';
import { sampleRequest } from '../load/sample-request.ts';
import { benchPaths } from '../paths.ts';
import { obtainPlatform } from '../platform/obtain-platform.ts';
import { type Report } from '../progress.ts';
import { obtainPrograms } from '../setup/obtain-programs.ts';
import { type EdgeProfile, profileEdge } from './profile-edge.ts';

const inFlight = 32;
/** Cold code on a busy machine may miss its own timeouts, and is then refused as it should be. */
const coldRefusalsMax = 0.01;

/** Warms the platform up and profiles its edge, and nothing else. */
export async function runProfile(
  { warmUpRequests, profileRequests }: BenchArguments,
  leash: Leash,
  report: Report,
  resources: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<EdgeProfile> {
  const { ab } = await obtainPrograms(benchPaths.work, report);
  const card = await obtainPlatform(leash, report, resources, signal);
  const identityFile = await writeIdentity(card, resources);
  const request = sampleRequest(card, new Date());
  const send = (requests: number, badAnswersMax: number) =>
    runAb({ ab, identityFile, proxyUrl: card.edge.https, request, requests, inFlight, badAnswersMax }, leash);
  await send(warmUpRequests, warmUpRequests * coldRefusalsMax);
  report(`platform is warm after ${warmUpRequests} requests`);
  const profile = await profileEdge(
    card.services.edge[0].pid,
    { requests: profileRequests, send: () => send(profileRequests, 0) },
    join(benchPaths.work, 'edge.cpuprofile'),
  );
  report(`profiled ${profileRequests} requests; all of it is in .local/bench/edge.cpuprofile`);
  return profile;
}
