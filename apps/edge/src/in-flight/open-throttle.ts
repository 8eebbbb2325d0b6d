import { admissionsPath, answerBatch, ThrottleAnswer } from '@ssp/contracts';
import { openBatches } from '../ask/ask-client.ts';
import { type CallSettings, openCalls } from '../ask/open-calls.ts';
import { type EdgeMetrics } from '../metrics.ts';
import { InFlight, type Place, type Report } from './in-flight.ts';

/** Throttle believes a count for ten seconds; what does not change is told every second beat. */
const beatMs = 1_500;

/** Asks for room, and tells throttle of what is in flight. */
export type Throttle = {
  /** Makes an ask countable; whoever asks with it says when its exchange has ended. */
  readonly place: InFlight['place'];
  readonly ask: (place: Place) => Promise<ThrottleAnswer>;
};

/**
 * Opens the way to throttle. Every call says what is in flight here, and where no call goes for a while one without asks does;
 * an edge with nothing to tell is silent. `edge` names this process. On release what has ended is told once more.
 */
export function openThrottle(
  settings: CallSettings,
  edge: string,
  metrics: EdgeMetrics,
  resources: AsyncDisposableStack,
): Throttle {
  const inFlight = new InFlight(edge);
  const ask = openBatches(
    { path: admissionsPath, answer: ThrottleAnswer },
    settings,
    (places: readonly Place[], post) => {
      const report = inFlight.report(places);
      return heard(report, post({ asks: places.map((place) => place.ask), caller: report.caller }));
    },
    resources,
  );
  // A way of its own: behind asks that wait it would come too late.
  const post = openCalls(
    { path: admissionsPath, answer: answerBatch(ThrottleAnswer) },
    settings,
    1,
    resources,
  );
  const tell = async () => {
    const report = inFlight.beat();
    if (report === null) return;
    try {
      await heard(report, post({ asks: [], caller: report.caller }));
      metrics.inFlightTold.inc({ outcome: 'told' });
    } catch {
      // Told again with the next call or beat.
      metrics.inFlightTold.inc({ outcome: 'lost' });
    }
  };
  const timer = setInterval(() => void tell(), beatMs);
  resources.defer(async () => {
    clearInterval(timer);
    await tell();
  });
  return { place: (asked) => inFlight.place(asked), ask };
}

async function heard<Answer>(report: Report, call: Promise<Answer>): Promise<Answer> {
  try {
    const answer = await call;
    report.arrived();
    return answer;
  } catch (error) {
    report.lost();
    throw error;
  }
}
