import { type BenchArguments } from './arguments.ts';
import { measureRound, type Rig, type Round } from './measure-round.ts';
import { type Report } from './progress.ts';
import { hasSettled } from './settled.ts';
import { type System } from './systems.ts';

const inFlight = 32;
/** Cold code on a busy machine may miss its own timeouts, and is then refused as it should be. */
const coldRefusalsMax = 0.01;

/** Sends a system slice after slice of requests until its own CPU time per request no longer falls. */
export async function warmUp(
  rig: Rig,
  system: System,
  { warmUp: { sliceRequests, slicesMax } }: BenchArguments,
  report: Report,
): Promise<readonly Round[]> {
  const slices: Round[] = [];
  const costs = () => slices.map(({ sumUs }) => sumUs);
  while (slices.length < slicesMax && !hasSettled(costs())) {
    slices.push(
      await measureRound(rig, system, {
        requests: sliceRequests,
        inFlight,
        badAnswersMax: sliceRequests * coldRefusalsMax,
      }),
    );
  }
  const refused = slices.reduce((sum, { load }) => sum + load.non2xx, 0);
  report(
    `${system.name} ${hasSettled(costs()) ? 'is warm' : 'may not be warm yet'} after ${slices.length * sliceRequests} requests${
      refused === 0 ? '' : `, ${refused} of them refused`
    }: ${costs()
      .map((us) => Math.round(us))
      .join(', ')} µs`,
  );
  return slices;
}
