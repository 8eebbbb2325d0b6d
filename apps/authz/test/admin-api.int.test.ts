import { expect, test } from 'vitest';
import { startAdmin, tokens } from './admin-rig.ts';
import { createRig, rulesVersion, sync } from './rig.ts';

test('who changed what, when and why is listed, newest first, by pages', async () => {
  await using resources = new AsyncDisposableStack();
  const rig = await createRig(resources);
  await sync(rig);
  await rig.pool.query(`insert into authz.certificate_name values ('1', 'a')`);
  const { ask } = await startAdmin(rig, resources);
  const version = await rulesVersion(rig.pool);
  expect((await ask('/v1/rules/version')).body).toEqual({
    version,
    changedAt: expect.any(String),
    directoryLoadedAt: expect.any(String),
  });
  const first = await ask('/v1/changes?limit=1');
  expect(first.body).toEqual({
    changes: [
      {
        version,
        at: expect.any(String),
        kind: 'by-hand',
        who: expect.any(String),
        why: 'not stated',
        // It may be on its way yet.
        publishedAt: expect.toSatisfy((at) => at === null || typeof at === 'string'),
      },
    ],
  });
  const next = await ask(`/v1/changes?limit=1&before=${version}`);
  expect(next.body).toMatchObject({ changes: [{ kind: 'directory', who: 'sync-sds' }] });
});

test.for([
  { asked: 'without a token', token: null, path: '/v1/changes', status: 401 },
  { asked: 'with an unknown token', token: 'x'.repeat(32), path: '/v1/changes', status: 401 },
  { asked: 'by billing', token: tokens.billing, path: '/v1/changes', status: 403 },
  { asked: 'for nothing', token: tokens.operator, path: '/v1/changes?limit=0', status: 400 },
  { asked: 'elsewhere', token: tokens.operator, path: '/v1/nothing', status: 404 },
])('what is asked $asked is answered $status', async ({ token, path, status }) => {
  await using resources = new AsyncDisposableStack();
  const { ask } = await startAdmin(await createRig(resources), resources);
  const answer = await ask(path, { token });
  expect(answer.status).toBe(status);
  expect(answer.body).toEqual({
    type: 'about:blank',
    title: expect.any(String),
    status,
    detail: expect.any(String),
  });
});

test('an auditor may read', async () => {
  await using resources = new AsyncDisposableStack();
  const { ask } = await startAdmin(await createRig(resources), resources);
  expect(await ask('/v1/changes', { token: tokens.auditor })).toMatchObject({ status: 200 });
});

test('a body that is no JSON is told', async () => {
  await using resources = new AsyncDisposableStack();
  const { ask } = await startAdmin(await createRig(resources), resources);
  expect(await ask('/v1/changes', { body: '{"a":' })).toMatchObject({
    status: 400,
    body: { detail: 'The body is not a JSON object or list.' },
  });
});
