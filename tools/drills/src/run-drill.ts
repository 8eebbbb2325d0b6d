import { type Judgement, judgeBooks } from './books/judge-books.ts';
import { openBooks } from './books/keep-books.ts';
import { type Drill, Unexpected } from './drill.ts';
import { type Rig } from './rig.ts';
import { startTraffic } from './traffic.ts';

/** Requests that are to be served before and after. */
const around = 40;

/** Runs a drill under traffic on a sound platform, and holds the books against what it allows. */
export async function runDrill(drill: Drill, rig: Rig): Promise<Judgement> {
  await rig.allReady();
  await using resources = new AsyncDisposableStack();
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
  const { figures, faults } = judgeBooks(await closeBooks(traffic), drill.allowed);
  return { figures, faults: [...unexpected, ...faults] };
}
