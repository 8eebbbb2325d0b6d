import { addedLatency, type LatencyTurn, type ShownShare } from '../latency/added-latency.ts';
import { percentile } from '../latency/percentile.ts';
import { type Findings } from './findings.ts';
import { table } from './table.ts';

const shares: readonly ShownShare[] = ['p50', 'p90', 'p99', 'p99.9', 'max'];

/** What a consumer waits longer because of the platform, at a rate that does not wait for answers. */
export function latencySection({ latency }: Findings): readonly string[] {
  if (latency === null) return [];
  const { turns, perSecond, arrivals, secondsEach } = latency;
  const rows = shares.map((share) => {
    const { throughMs, directMs, addedMs, leastMs, mostMs } = addedLatency(turns, share);
    return [
      share,
      ...[throughMs, directMs, addedMs].map((ms) => ms.toFixed(2)),
      `${leastMs.toFixed(2)}–${mostMs.toFixed(2)}`,
    ];
  });
  const spacing = arrivals === 'fixed' ? 'evenly spaced' : 'spaced by chance (Poisson)';
  return [
    `## Added latency

${table(['', 'through the platform ms', 'straight to the provider ms', 'added ms', 'least–most of a turn'], rows)}

An open loop: ${perSecond} requests/s, ${spacing}, are sent at times fixed beforehand over kept-alive mutual-TLS connections, whether earlier answers
have come or not, and each is measured **from the time at which it was to be sent** to the last byte of its answer. ${secondsEach} s each way, in ${turns.length}
turns of the two after one another. "Added" is the difference of the percentiles. One answer that is missing, cut off or not 200 makes the run fail.

${lagSentence(turns)}`,
  ];
}

/** The generator's own lateness is in both columns; it must be small for the figures to mean anything. */
function lagSentence(turns: readonly LatencyTurn[]): string {
  const lags = (of: 'through' | 'direct') => {
    const sorted = turns.flatMap((turn) => turn[of].lagsMs).toSorted((a, b) => a - b);
    const [p50, p99, max] = [0.5, 0.99, 1].map((share) => percentile(sorted, share).toFixed(2));
    return `p50 ${p50}, p99 ${p99}, max ${max} ms`;
  };
  const opened = turns.reduce((sum, it) => sum + it.through.newConnections + it.direct.newConnections, 0);
  return `The generator itself was late, which is part of the times above: ${lags('through')} through the platform, ${lags('direct')} straight to
the provider. ${opened} of all requests had to open a connection.`;
}
