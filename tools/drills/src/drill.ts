import { type Allowed } from './books/judge-books.ts';
import { type Rig } from './rig.ts';
import { type Traffic } from './traffic.ts';

/** One thing that goes wrong, or is done, while requests come: what is expected of it, and how it is staged. */
export type Drill = {
  readonly name: string;
  /** In words, for the scorecard. */
  readonly does: string;
  readonly expected: string;
  readonly allowed: Allowed;
  /** What is to stand before the traffic begins; gives where it is to go, in place of the platform's edge. */
  readonly prepare?: (rig: Rig, resources: AsyncDisposableStack) => Promise<string>;
  /** Stages it under traffic and mends it again. @throws Unexpected where the picture is another one */
  readonly run: (rig: Rig, traffic: Traffic) => Promise<void>;
};
