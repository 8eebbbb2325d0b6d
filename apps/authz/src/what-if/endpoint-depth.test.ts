import { expect, test } from 'vitest';
import { buildSnapshot } from '../build-snapshot.ts';
import { directory } from '../../test/decision-samples.ts';
import { endpointDepth } from './endpoint-depth.ts';

test.for([
  { endpoints: 'https://h.nhs.uk', depth: 1 },
  { endpoints: 'https://h.nhs.uk/', depth: 1 },
  { endpoints: 'https://h.nhs.uk/a/b', depth: 3 },
  { endpoints: 'https://h.nhs.uk/a\nhttps://h.nhs.uk/a/b/c/', depth: 4 },
])('of $endpoints the first $depth segments of a target matter', ({ endpoints, depth }) => {
  const handlers = directory.handlers.slice(0, 1).map((row) => ({ ...row, interaction: 'urn:x', endpoints }));
  expect(endpointDepth(buildSnapshot({ ...directory, handlers }))).toBe(depth);
});
