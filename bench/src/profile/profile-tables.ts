import { table } from '../report/table.ts';
import { type Charge } from './charge.ts';
import { type EdgeProfile } from './profile-edge.ts';

const tenths = (us: number) => us.toFixed(1);

/** CPU time of a process by thread. */
export function threadTable(threadUs: EdgeProfile['threadUs']): string {
  return table(
    ['Thread', 'µs'],
    [...threadUs].filter(([, us]) => us >= 0.05).map(([name, us]) => [name, tenths(us)]),
  );
}

/** CPU time of the edge's main thread by room of the code; rooms below `leastUs` are summed up. */
export function roomTable({ rooms, nativeUs }: EdgeProfile, leastUs: number): string {
  const shown = rooms.filter(({ own }) => own >= leastUs);
  const rest = rooms.filter(({ own }) => own < leastUs).reduce((sum, { own }) => sum + own, 0);
  return table(
    ['Room', 'own µs', 'with what it calls µs'],
    [
      ['outside JavaScript: reading, decrypting, parsing HTTP, waiting', tenths(nativeUs), ''],
      ...shown.map(cells),
      ['all other rooms', tenths(rest), ''],
    ],
  );
}

/** The dearest functions. */
export function functionTable({ functions }: EdgeProfile, count: number): string {
  return table(['Function', 'own µs', 'with what it calls µs'], functions.slice(0, count).map(cells));
}

function cells({ name, own, within }: Charge): readonly string[] {
  return [name, tenths(own), tenths(within)];
}
