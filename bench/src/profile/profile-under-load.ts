import { join } from 'node:path';
import { type BenchArguments } from '../arguments.ts';
import { runAb } from '../load/run-ab.ts';
import { type Rig } from '../measure-round.ts';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { type System } from '../systems.ts';
import { type EdgeProfile, profileEdge } from './profile-edge.ts';

const inFlight = 32;

/** Profiles the platform's edge during a load of its own, once the events of that load are dealt with. */
export async function profileUnderLoad(
  rig: Rig,
  platform: System,
  { profileRequests: requests }: BenchArguments,
  report: Report,
): Promise<EdgeProfile> {
  const edge = platform.own.find(({ name }) => name === 'edge');
  if (edge === undefined) throw new Error('the platform has no edge');
  const { ab, identityFile, request, leash, ledger, signal } = rig;
  const { proxyUrl } = platform;
  const before = await ledger.progress();
  const send = () =>
    runAb({ ab, identityFile, proxyUrl, request, requests, inFlight, badAnswersMax: 0 }, leash);
  const file = join(benchPaths.work, 'edge.cpuprofile');
  const profile = await profileEdge(edge.pid, { requests, send }, file);
  await ledger.untilBooked(before, requests, signal);
  report(`profiled the edge over ${requests} requests: .local/bench/edge.cpuprofile`);
  return profile;
}
