import { expect, test } from 'vitest';
import { OpenExchanges } from './open-exchanges.ts';

test('what is open at each moment is what a list of all of them says', () => {
  const open = new OpenExchanges();
  const all: { readonly endMs: number; readonly provider: string; readonly edge: string }[] = [];
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let nowMs = 0; nowMs < 2_000; nowMs += random(3)) {
    const one = { endMs: nowMs + 1 + random(300), provider: `p${random(3)}`, edge: `e${random(2)}` };
    open.endBy(nowMs);
    open.add(one);
    all.push(one);
    const still = all.filter(({ endMs }) => endMs > nowMs);
    for (const place of ['p0', 'p1', 'p2', 'e0', 'e1']) {
      const expected = still.filter(({ provider, edge }) => provider === place || edge === place).length;
      expect(open.at(place)).toBe(expected);
    }
  }
});
