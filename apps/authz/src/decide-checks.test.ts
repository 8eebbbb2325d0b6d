import { type AuthzAsk } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { checks, gatherFacts } from './decide.ts';
import { ask, circumstances, consumer, sharer, snapshot, search } from '../test/decision-samples.ts';

test.for<{ readonly name: string; readonly asked: Partial<AuthzAsk>; readonly failing: readonly string[] }>([
  { name: 'a good ask', asked: {}, failing: [] },
  {
    name: 'an ask that fails twice',
    asked: { certificateNames: [], targetHost: 'evil.nhs.uk' },
    failing: ['B', 'E'],
  },
  {
    name: 'an ask of a system that may not send, to one that receives nothing, over the internet',
    asked: { from: sharer, to: consumer, interactionId: search, network: 'internet' },
    failing: ['C', 'C-internet', 'D', 'E'],
  },
  {
    name: 'an ask of strangers',
    asked: { from: '000000000001', to: '000000000002' },
    failing: ['B', 'C', 'D', 'E'],
  },
])('each check can be run on the facts of $name: $failing fail', ({ asked, failing }) => {
  const facts = gatherFacts(snapshot, { ...ask, ...asked }, circumstances);
  expect(checks.filter(({ run }) => run(facts) !== null).map(({ id }) => id)).toEqual(failing);
});
