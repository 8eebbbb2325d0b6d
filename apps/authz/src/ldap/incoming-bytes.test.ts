import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createIncomingBytes } from './incoming-bytes.ts';

test('what is held is what came, less what was dropped, however it came', () => {
  const step = fc.record({ comes: fc.nat(300_000), dropsPermille: fc.nat(1_000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const incoming = createIncomingBytes();
      let expected = Buffer.alloc(0);
      for (const [at, { comes, dropsPermille }] of steps.entries()) {
        const from = Buffer.alloc(comes + 10, at + 1);
        from.fill(0, comes);
        incoming.append(from, comes);
        expected = Buffer.concat([expected, from.subarray(0, comes)]);
        const dropped = Math.floor((expected.length * dropsPermille) / 1_000);
        incoming.drop(dropped);
        expected = expected.subarray(dropped);
        expect(incoming.held().equals(expected)).toBe(true);
      }
    }),
    { numRuns: 50 },
  );
});
