import { expect, test } from 'vitest';
import { clientLines } from './client-lines.ts';

test('ratios are taken within a turn, so that what disturbs both clients cancels out', () => {
  const lines = clientLines(
    {
      inFlight: 8,
      answerBytes: 2_300,
      tokenBytes: 1_200,
      turns: [
        { ownUs: 40, undiciUs: 50 },
        { ownUs: 80, undiciUs: 160 },
        { ownUs: 42, undiciUs: 60 },
      ],
    },
    10_000,
  );
  expect(lines).toContain("The edge's client   42.0 (40.0 to 80.0)\n");
  expect(lines).toContain("undici's pool       60.0 (50.0 to 160.0)\n");
  expect(lines).toContain('Ratio in a turn     0.70 (0.50 to 0.80)\n');
});
