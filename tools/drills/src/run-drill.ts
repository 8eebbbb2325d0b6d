import { type Books, type Figures, judgeBooks } from './books/judge-books.ts';
import { openBooks } from './books/keep-books.ts';
import { type Drill } from './drill.ts';
import { BrokenOff, Unexpected } from './ends.ts';
import { type Rig } from './rig.ts';
import { startTraffic } from './traffic.ts';

/** Requests that are to be served before and after. */
const around = 40;

/** What came of a drill; without figures and books where it could not be brought to an end. */
export type Judged = {
  readonly figures: Figures | null;
  readonly books: Books | null;
  readonly faults: readonly string[];
};

/** Runs a drill under traffic on a sound platform, and holds the books against what it allows. @throws BrokenOff as `stopped` does */
export async function runDrill(drill: Drill, rig: Rig, stopped: Promise<never>): Promise<Judged> {
  await using resources = new AsyncDisposableStack();
  try {
    return await Promise.race([stageAndJudge(drill, rig, resources), stopped]);
  } catch (error) {
    if (error instanceof BrokenOff) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return { figures: null, books: null, faults: [`it broke off: ${reason}`] };
  }
}

async function stageAndJudge(drill: Drill, rig: Rig, resources: AsyncDisposableStack): Promise<Judged> {
  await rig.allReady();
  const edgeUrl = (await drill.prepare?.(rig, resources)) ?? rig.card.edge.https;
  const closeBooks = await openBooks(rig.card, rig.provider.reached);
  const traffic = startTraffic(rig.card, edgeUrl, resources);
  const unexpected: string[] = [];
  try {
    await traffic.serving(around);
    await drill.run(rig, traffic);
    await traffic.serving(around);
  } catch (error) {
    if (!(error instanceof Unexpected)) throw error;
    unexpected.push(error.message);
  }
  await traffic.end();
  const books = await closeBooks(traffic);
  const { figures, faults } = judgeBooks(books, drill.allowed);
  return { figures, books, faults: [...unexpected, ...faults] };
}
