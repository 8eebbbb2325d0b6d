import { type Crowd, simulate } from './simulate.ts';

const flood: Crowd = { name: 'the flood', consumers: 1, perSecond: 4_000 };

/** What is simulated, as docs/throttling.md tells it. */
export const scenes: readonly { readonly scene: string; readonly crowds: readonly Crowd[] }[] = [
  {
    scene: 'a flood of 20 times the limit, nine below their share',
    crowds: [flood, { name: 'each of the nine', consumers: 9, perSecond: 15 }],
  },
  {
    scene: 'the same, nine above their share',
    crowds: [flood, { name: 'each of the nine', consumers: 9, perSecond: 30 }],
  },
  {
    scene: 'two floods, weights 3 and 1',
    crowds: [
      { name: 'weight 3', consumers: 1, perSecond: 400, weight: 3 },
      { name: 'weight 1', consumers: 1, perSecond: 400, weight: 1 },
    ],
  },
  {
    scene: 'a late comer, ten seconds after the flood',
    crowds: [flood, { name: 'the late comer', consumers: 1, perSecond: 50, from: 10 }],
  },
];

/** The table of docs/throttling.md. */
export function fairnessTable(): string {
  const rows = scenes.flatMap(({ scene, crowds }) => {
    const without = simulate(crowds, 0);
    return simulate(crowds, 0.5).map((shared, at) => {
      const alone = without[at] ?? shared;
      return [
        at === 0 ? scene : '',
        shared.name,
        `${shared.askedPerSecond.toFixed(0)}/s`,
        spread(alone),
        spread(shared),
      ];
    });
  });
  const head = ['scene', 'who', 'asks', 'gets without shares', 'gets with shares'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function spread(got: {
  readonly leastPerSecond: number;
  readonly mostPerSecond: number;
  readonly admitted: number;
}): string {
  const [least, most] = [got.leastPerSecond.toFixed(1), got.mostPerSecond.toFixed(1)];
  const rates = least === most ? `${least}/s` : `${least} to ${most}/s`;
  return `${rates} (${(got.admitted * 100).toFixed(1)} %)`;
}
