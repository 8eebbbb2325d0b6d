import { type BenchArguments } from './arguments.ts';
import { measureRound, type Rig, type Round } from './measure-round.ts';
import { type Report } from './progress.ts';
import { type System } from './systems.ts';

const inFlightSteps = [1, 8, 32] as const;

/** A B C D, A B C D …: what disturbs the machine for a while disturbs all of them. Rounds come in the order of time. */
export async function measureCost(
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
