import { type Retirement } from '../retire/retirement.ts';
import { type Chain, type ChainRow } from './chain-source.ts';

/** A row of a chain, or a run of rows that has been dropped. */
export type ChainStep =
  | { readonly row: ChainRow; readonly retired: null }
  | { readonly row: null; readonly retired: Retirement };

/** The rows of a chain and what was dropped of it, in the order of their offsets. `retirements` come in that order. */
export async function* chainSteps(
  { kind, rows }: Chain,
  retirements: readonly Retirement[],
): AsyncGenerator<ChainStep> {
  const runs = retirements.filter(({ chain }) => chain === kind).values();
  let next = runs.next();
  for await (const row of rows()) {
    for (; next.done !== true && next.value.firstOffset <= row.offset; next = runs.next())
      yield { row: null, retired: next.value };
    yield { row, retired: null };
  }
  for (; next.done !== true; next = runs.next()) yield { row: null, retired: next.value };
}
