import { expect, test } from 'vitest';
import { obtainImage } from './container-image.ts';
import { startStubEngine } from './stub-engine.ts';

test('a registry that never says a word is given up long before the engine would', async () => {
  await using resources = new AsyncDisposableStack();
  const engine = new URL(await startStubEngine({ images: [], registry: 'hangs' }, resources));
  const lines: string[] = [];
  const fault = await obtainImage(engine, { name: 'redis:8' }, (line) => lines.push(line), {
    registryMs: 100,
    imageMs: 2 ** 31 - 1,
  });
  expect(fault).toBe('the registry does not answer within 0.1 s');
  expect(lines[0]).toBe('Pulling redis:8 ...');
});
