import { type ThrottleAnswer } from '@ssp/contracts';
import { startOwnTime } from '@ssp/testing';
import { type startRig } from './throttle-rig.ts';

type Rig = Awaited<ReturnType<typeof startRig>>;

/** One batch that was asked and answered. */
export type Asked = {
  readonly rig: number;
  readonly startedMs: number;
  readonly endedMs: number;
  /** By a clock that stands still with the machine. */
  readonly tookOwnMs: number;
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
export function startLoad(
  rigs: readonly Rig[],
  clients: number,
  batch: readonly unknown[],
  resources: AsyncDisposableStack,
): Load {
  const ownMs = startOwnTime(resources, undefined, 20);
  const asked: Asked[] = [];
  const stopping = new AbortController();
  const client = async (nth: number) => {
    const rig = nth % rigs.length;
    while (!stopping.signal.aborted) {
      const [startedMs, startedOwnMs] = [performance.now(), ownMs()];
      const answers = (await rigs[rig]?.admit(batch)) ?? [];
      const tookOwnMs = ownMs() - startedOwnMs;
      asked.push({ rig, startedMs, endedMs: performance.now(), tookOwnMs, answers });
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

/** Whether the ask at this place was counted in its process alone. */
export function isLocal({ answers }: Asked, place: number): boolean {
  const answer = answers[place];
  return answer !== undefined && 'counters' in answer && answer.counters === 'local';
}

/** For how long buckets filled up again: the shared one, and those of the two processes, which have half of it each. */
export function regainedSeconds(asked: readonly Asked[], place: number, refillSeconds: number): number {
  const shared = asked.filter((one) => !isLocal(one, place));
  const local = asked.filter((one) => isLocal(one, place));
  const halves = [0, 1].map((nth) => local.filter(({ rig }) => rig === nth));
  return halves.reduce(
    (sum, half) => sum + refilledSeconds(half, refillSeconds) / 2,
    refilledSeconds(shared, refillSeconds),
  );
}

/** Where those who take from a bucket pause for longer than `refillSeconds`, it is full, and no more comes. */
function refilledSeconds(asked: readonly Asked[], refillSeconds: number): number {
  const endedMs = asked.map((one) => one.endedMs).toSorted((one, other) => one - other);
  return endedMs.reduce((sum, at, nth) => {
    const sinceMs = at - (endedMs[nth - 1] ?? at);
    return sum + Math.min(sinceMs / 1_000, refillSeconds);
  }, 0);
}
