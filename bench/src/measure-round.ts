import { type Leash } from '@ssp/testing';
import { cpuTimeUs, readProcesses } from './cpu/cpu-time.ts';
import { type AbResult } from './load/ab-output.ts';
import { type LoadRun, runAb } from './load/run-ab.ts';
import { type SampleRequest } from './load/sample-request.ts';
import { fetchStageTimes, meanStageMs } from './platform/stage-times.ts';
import { type Ledger } from './platform/ledger.ts';
import { type Part, type System } from './systems.ts';

/** What one system cost in one round. */
export type Round = {
  readonly system: System;
  readonly inFlight: number;
  /** CPU microseconds per request of each own process, and of what it leans on, by name. */
  readonly ownUs: ReadonlyMap<string, number>;
  readonly besideUs: ReadonlyMap<string, number>;
  readonly sumUs: number;
  readonly load: AbResult;
  /** Mean wall milliseconds of the edge's stages; empty for the others. */
  readonly stageMs: ReadonlyMap<string, number>;
};

/** What every round needs. */
export type Rig = {
  readonly ab: string;
  readonly identityFile: string;
  readonly request: SampleRequest;
  readonly leash: Leash;
  readonly ledger: Ledger;
  readonly edgeAdminUrl: string;
  readonly signal: AbortSignal;
};

/** Sends the load to one system and reads what its processes used, consumers of its events included. */
export async function measureRound(
  rig: Rig,
  system: System,
  load: Pick<LoadRun, 'requests' | 'inFlight' | 'badAnswersMax'>,
): Promise<Round> {
  const { requests, inFlight } = load;
  rig.signal.throwIfAborted();
  const stagesBefore = system.isBooked ? await fetchStageTimes(rig.edgeAdminUrl) : new Map();
  const booksBefore = await rig.ledger.progress();
  const before = readProcesses();
  const { ab, identityFile, request, leash } = rig;
  const result = await runAb({ ab, identityFile, proxyUrl: system.proxyUrl, request, ...load }, leash);
  // Auditing and counting go on after the last answer, and are part of the price.
  if (system.isBooked) await rig.ledger.untilBooked(booksBefore, requests, rig.signal);
  const after = readProcesses();
  const stagesAfter = system.isBooked ? await fetchStageTimes(rig.edgeAdminUrl) : new Map();

  const usPerRequest = (parts: readonly Part[]) => {
    const used = new Map<string, number>();
    for (const { name, pid } of parts) {
      const us = (cpuTimeUs(after, pid) - cpuTimeUs(before, pid)) / requests;
      used.set(name, (used.get(name) ?? 0) + us);
    }
    return used;
  };
  const ownUs = usPerRequest(system.own);
  return {
    system,
    inFlight,
    ownUs,
    besideUs: usPerRequest(system.beside),
    sumUs: [...ownUs.values()].reduce((sum, us) => sum + us, 0),
    load: result,
    stageMs: meanStageMs(stagesBefore, stagesAfter),
  };
}
