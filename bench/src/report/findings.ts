import { type BenchArguments } from '../arguments.ts';
import { type LatencyFindings } from '../latency/measure-latency.ts';
import { type Round } from '../measure-round.ts';
import { type EdgeProfile } from '../profile/profile-edge.ts';
import { type Counting } from './counting.ts';
import { type MachineFacts } from './machine-facts.ts';

/** Everything a run has found out; a part that was not run is null or empty. */
export type Findings = {
  readonly options: BenchArguments;
  readonly facts: MachineFacts;
  /** Slices and rounds in the order of time. */
  readonly warmUps: readonly Round[];
  readonly costs: readonly Round[];
  readonly latency: LatencyFindings | null;
  readonly profile: EdgeProfile | null;
  readonly counting: Counting;
  /** Protocol and cipher of the consumer leg and of the provider leg. */
  readonly tls: { readonly consumer: string; readonly provider: string };
  readonly bodyBytes: number;
  readonly tokenBytes: number;
};
