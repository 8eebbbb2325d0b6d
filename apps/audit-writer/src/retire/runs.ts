import { type ChainRow, type ChainKind, type PartitionSource } from '../verify/chain-source.ts';
import { type Retirement } from './retirement.ts';

/** A run of rows that are to be dropped. */
export type Run = Pick<
  Retirement,
  | 'topic'
  | 'partition'
  | 'chain'
  | 'firstOffset'
  | 'nextOffset'
  | 'rows'
  | 'digestBefore'
  | 'digestAfter'
  | 'month'
>;

type OpenRun = { -readonly [Name in keyof Run]: Run[Name] };

/**
 * Gives a partition whose chains note, while they are walked, the runs of rows of one month that `goingMonth` names. They are what they should be only once the
 * whole chain has been walked and found unaltered.
 */
export function notingRuns(
  source: PartitionSource,
  goingMonth: (row: ChainRow, kind: ChainKind) => string | null,
  runs: Run[],
): PartitionSource {
  const { topic, partition, retirements } = source;
  const chains = source.chains.map((chain) => ({
    ...chain,
    rows: async function* () {
      const earlier = retirements.filter((it) => it.chain === chain.kind);
      let passed = 0;
      let digest = chain.start;
      let run = noRun();
      for await (const row of chain.rows()) {
        for (let one = earlier[passed]; one && one.firstOffset < row.offset; one = earlier[(passed += 1)]) {
          // Two runs of two retirements stay two, also where nothing is left between them.
          run = null;
          digest = one.digestAfter;
        }
        const month = goingMonth(row, chain.kind);
        if (month !== run?.month) run = null;
        if (run) {
          run.rows += 1;
          run.nextOffset = row.offset + 1n;
          run.digestAfter = row.digest;
        } else if (month !== null) {
          run = {
            topic,
            partition,
            chain: chain.kind,
            firstOffset: row.offset,
            nextOffset: row.offset + 1n,
            rows: 1,
            digestBefore: digest,
            digestAfter: row.digest,
            month,
          };
          runs.push(run);
        }
        digest = row.digest;
        yield row;
      }
    },
  }));
  return { ...source, chains };
}

function noRun(): OpenRun | null {
  return null;
}
