import { type AuthzAsk } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { allow, edgeRig, ownHeaders, targetPath } from './rig.ts';

test('an edge that serves the internet says so to authz and to the audit', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await edgeRig(resources, { EDGE_NETWORK: 'internet' });
  const asked: AuthzAsk['network'][] = [];
  rig.authz.answer = ({ network }) => {
    asked.push(network);
    return allow();
  };
  rig.provider.answerWith((_req, res) => void res.end());
  const answer = await rig.good.send({ path: `${targetPath}/metadata`, headers: ownHeaders() });
  expect(answer.status).toBe(200);
  expect(asked).toEqual(['internet']);
  const id = String(answer.headers['x-ssp-internalid']);
  expect(await rig.events.completedOf(id)).toMatchObject({ network: 'internet' });
});
