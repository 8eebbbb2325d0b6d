import { type ThrottleAnswer } from '@ssp/contracts';
import { type startRig } from './throttle-rig.ts';

type Rig = Awaited<ReturnType<typeof startRig>>;

/** One batch that was asked and answered. */
export type Asked = {
  readonly rig: number;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly answers: readonly ThrottleAnswer[];
};

/** Clients that ask as fast as they are answered, until they are stopped. */
export type Load = {
  /** All that was answered so far; grows. */
  readonly asked: readonly Asked[];
  /** Resolves when the last answers are there; rejects where one of the batches was not answered. */
  readonly stop: () => Promise<void>;
};

/** Starts clients, each of them asking one of the rigs the same batch again and again. */
export function startLoad(rigs: readonly Rig[], clients: number, batch: readonly unknown[]): Load {
  const asked: Asked[] = [];
  const stopping = new AbortController();
  const client = async (nth: number) => {
    const rig = nth % rigs.length;
    while (!stopping.signal.aborted) {
      const startedMs = performance.now();
      const answers = (await rigs[rig]?.admit(batch)) ?? [];
      asked.push({ rig, startedMs, endedMs: performance.now(), answers });
    }
  };
  const running = Promise.all(Array.from({ length: clients }, (_, nth) => client(nth)));
  running.catch(() => undefined);
  return {
    asked,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Answers of one kind to the ask at this place in the batches. */
export function answersOf(
  asked: readonly Asked[],
  place: number,
  counters: 'shared' | 'local',
): readonly ThrottleAnswer[] {
  return asked.flatMap(({ answers }) => {
    const answer = answers[place];
    return answer && 'counters' in answer && answer.counters === counters ? [answer] : [];
  });
}

/** How many of them were admitted. */
export function admittedIn(answers: readonly ThrottleAnswer[]): number {
  return answers.filter(({ admission }) => admission === 'admit').length;
}

/** Time from the first of these batches to the last. */
export function secondsOf(asked: readonly Asked[]): number {
  const [startedMs, endedMs] = [asked.map((one) => one.startedMs), asked.map((one) => one.endedMs)];
  return (Math.max(...endedMs) - Math.min(...startedMs)) / 1_000;
}
