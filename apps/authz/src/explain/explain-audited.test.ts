import { expect, test } from 'vitest';
import { endedByEdge } from './explain-audited.ts';

const admission = {
  answer: 'refuse',
  rule: 'bulk',
  scope: 'consumer',
  limit: 60,
  remaining: 0,
  version: '12',
  counters: 'shared',
  shadowed: [],
} as const;
const audited = {
  refusal: 'consumer-limit',
  refusalDetail: '60 in 10 s; room again after 1 s',
  admission: { ...admission, shadowed: [] },
};

test('a limit that refused is told with its figures', () => {
  expect(endedByEdge(audited)).toEqual({
    refusal: 'consumer-limit',
    detail: '60 in 10 s; room again after 1 s',
    stage: 'admit',
    docs: 'docs/errors.md#throttling',
    limit: admission,
  });
});

test.for([
  { what: 'admitted it', admission: { ...audited.admission, answer: 'admit' as const } },
  { what: 'was not asked', admission: null },
])('where throttle $what, no limit is told of', (told) => {
  expect(endedByEdge({ ...audited, ...told, refusal: 'provider-timeout' })).toMatchObject({ limit: null });
});

test('what authz refused the edge has not ended', () => {
  expect(endedByEdge({ ...audited, refusal: 'no-agreement' })).toBeNull();
  expect(endedByEdge({ ...audited, refusal: null })).toBeNull();
});
