import { mkdtempDisposable, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { afterAll, expect, test, vi } from 'vitest';
import { watchInteractions } from '../src/interactions/watch-interactions.ts';
import { edgeRig, ownHeaders, targetPath } from './rig.ts';
import { bearerOf, exampleClaims } from './token.ts';

const gp = 'urn:nhs:names:services:gpconnect:';
const fully = `${gp}fhir:rest:read:metadata-1`;
const structurally = `${gp}fhir:rest:search:slot-1`;
const guarded = `${gp}fhir:rest:update:appointment-1`;
const reloaded = `${gp}fhir:rest:search:organization-1`;
const slow = `${gp}fhir:rest:search:practitioner-1`;
const unruled = `${gp}fhir:rest:read:practitioner-1`;

const rules = {
  interactions: {
    [fully]: { token: 'full' },
    [structurally]: { token: 'structure' },
    [guarded]: { methodGuard: true },
    [slow]: { timeouts: { firstByteMs: 200 } },
  },
};

const resources = new AsyncDisposableStack();
const directory = resources.use(await mkdtempDisposable(join(tmpdir(), 'edge-rules-')));
const file = join(directory.path, 'interactions.json');
await writeFile(file, JSON.stringify(rules));
const rig = await edgeRig(resources, { EDGE_INTERACTIONS_FILE: file, EDGE_NHS_NUMBER_CHECK: 'true' });
afterAll(() => resources.disposeAsync());
rig.provider.answerWith((_req, res) => void res.end('{}'));

const ask = (
  interaction: string,
  more: { readonly authorization?: string; readonly method?: string; readonly query?: string } = {},
) =>
  rig.good.send({
    path: `${targetPath}/x${more.query ?? ''}`,
    method: more.method ?? 'GET',
    headers: {
      ...ownHeaders(),
      'Ssp-InteractionID': interaction,
      Accept: 'application/fhir+json',
      ...(more.authorization !== undefined && { Authorization: more.authorization }),
    },
  });

type Answer = Awaited<ReturnType<typeof ask>>;
const completedOf = ({ headers }: Answer) => rig.events.completedOf(String(headers['x-ssp-internalid']));

const badRequest = (answer: Answer, diagnostics: string) => ({
  resourceType: 'OperationOutcome',
  id: answer.headers['x-ssp-internalid'],
  issue: [
    {
      severity: 'error',
      code: 'invalid',
      details: {
        coding: [
          {
            system: 'https://fhir.nhs.uk/STU3/CodeSystem/Spine-ErrorOrWarningCode-1',
            code: 'BAD_REQUEST',
            display: 'BAD_REQUEST',
          },
        ],
      },
      diagnostics,
    },
  ],
});

const nowSeconds = Math.floor(Date.now() / 1_000);

test.for([
  { level: 'off', interaction: unruled, token: 'none', authorization: undefined },
  { level: 'off', interaction: unruled, token: 'junk', authorization: 'Bearer junk' },
  { level: 'structure', interaction: structurally, token: 'whole', authorization: bearerOf(exampleClaims()) },
  {
    level: 'structure',
    interaction: structurally,
    token: 'expired, and for another organisation',
    authorization: bearerOf(exampleClaims({ iat: 1, exp: 2, aud: 'https://elsewhere.nhs.uk' })),
  },
  { level: 'full', interaction: fully, token: 'whole', authorization: bearerOf(exampleClaims()) },
])('with tokens $level, one that is $token is forwarded', async ({ interaction, authorization }) => {
  const answer = await ask(interaction, authorization === undefined ? {} : { authorization });
  expect(answer.status).toBe(200);
});

test.for([
  { interaction: structurally, claims: null, code: 'token-missing', fault: 'token-missing' },
  { interaction: structurally, claims: [], code: 'token-invalid', fault: 'token-malformed' },
  { interaction: structurally, claims: { sub: null }, code: 'token-invalid', fault: 'claim-missing:sub' },
  { interaction: structurally, claims: { exp: 'soon' }, code: 'token-invalid', fault: 'claim-invalid:exp' },
  {
    interaction: fully,
    claims: { iat: nowSeconds - 400, exp: nowSeconds - 100 },
    code: 'token-invalid',
    fault: 'expired',
  },
  {
    interaction: fully,
    claims: { iat: nowSeconds + 200, exp: nowSeconds + 300 },
    code: 'token-invalid',
    fault: 'issued-in-future',
  },
  {
    interaction: fully,
    claims: { requested_scope: 'patient/*.write' },
    code: 'token-mismatch',
    fault: 'scope-mismatch',
  },
])('$fault is refused before authz is asked, told to the caller and audited', async (row) => {
  const { interaction, claims, code, fault } = row;
  rig.authz.batches.length = 0;
  const token = Array.isArray(claims) ? claims : exampleClaims(claims ?? {});
  const answer = await ask(interaction, claims === null ? {} : { authorization: bearerOf(token) });
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body.toString())).toEqual(badRequest(answer, `BAD_REQUEST_${fault}`));
  expect(rig.authz.batches).toEqual([]);
  expect(await completedOf(answer)).toMatchObject({
    outcome: 'refused',
    refusal: code,
    refusalDetail: fault,
    decisionId: null,
  });
});

test.for([
  {
    what: 'another organisation',
    fault: 'organisation-mismatch',
    claims: {
      requesting_organization: {
        resourceType: 'Organization',
        identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'X26' }],
      },
    },
  },
  {
    what: 'another provider',
    fault: 'audience-mismatch',
    claims: { aud: 'https://orange.testlab.nhs.uk/A20047/STU3/1/gpconnect/fhir' },
  },
])('a token of $what is refused once the directory has spoken, and spends no limit', async (row) => {
  rig.throttle.batches.length = 0;
  const answer = await ask(fully, { authorization: bearerOf(exampleClaims(row.claims)) });
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body.toString())).toEqual(badRequest(answer, `BAD_REQUEST_${row.fault}`));
  expect(rig.throttle.batches).toEqual([]);
  expect(await completedOf(answer)).toMatchObject({
    refusal: 'token-mismatch',
    refusalDetail: row.fault,
    decisionId: 'decision-1',
  });
});

test('a guarded interaction takes its own methods; 405 names them', async () => {
  const refused = await ask(guarded, { method: 'GET' });
  expect(refused.status).toBe(405);
  expect(refused.headers['allow']).toBe('PUT');
  expect((await ask(guarded, { method: 'PUT' })).status).toBe(200);
});

test.for(['HEAD', 'TRACE', 'OPTIONS', 'PROPFIND'])('%s is answered 405 with Allow', async (method) => {
  const answer = await ask(fully, { method });
  expect(answer.status).toBe(405);
  expect(answer.headers['allow']).toBe('GET, POST, PUT, DELETE, PATCH');
  expect(answer.body.length > 0).toBe(method !== 'HEAD');
  expect(await completedOf(answer)).toMatchObject({
    refusal: 'method-not-allowed',
    method,
    responseBytes: answer.body.length,
  });
});

const patient = (number: string) => `?identifier=https%3A%2F%2Ffhir.nhs.uk%2FId%2Fnhs-number%7C${number}`;

test('an NHS number of the query that is none is refused', async () => {
  const answer = await ask(unruled, { query: patient('9690937279') });
  expect(answer.status).toBe(400);
  expect(answer.body.toString()).toContain('INVALID_NHS_NUMBER');
  expect(answer.body.toString()).not.toContain('969');
  expect((await ask(unruled, { query: patient('9690937278') })).status).toBe(200);
});

test('an interaction has the timeouts of its row', async () => {
  rig.provider.answerWith(() => undefined);
  expect((await ask(slow)).status).toBe(504);
  rig.provider.answerWith((_req, res) => void res.end('{}'));
});

test('a changed file counts from then on; a broken one changes nothing and is logged', async () => {
  const replace = async (content: string) => {
    await writeFile(`${file}.new`, content);
    await rename(`${file}.new`, file);
  };
  expect((await ask(reloaded)).status).toBe(200);
  await replace(
    JSON.stringify({ interactions: { ...rules.interactions, [reloaded]: { token: 'structure' } } }),
  );
  await vi.waitFor(async () => expect((await ask(reloaded)).status).toBe(400), { timeout: 30_000 });

  const lines = new PassThrough();
  const text: string[] = [];
  lines.on('data', (chunk: Buffer) => text.push(chunk.toString()));
  const timeouts = { connectMs: 1, firstByteMs: 1, idleMs: 1, totalMs: 1 };
  const policyOf = watchInteractions(
    { file, enforcement: 'off', lifetimeMaxSeconds: 300, skewSeconds: 30, timeouts },
    pino(lines),
    resources,
  );

  await replace('{"default":{"token":"strict"}}');
  await vi.waitFor(() => expect(text.join('')).toContain('default.token'), { timeout: 30_000 });
  expect(policyOf(reloaded).token.enforcement).toBe('structure');
  expect((await ask(reloaded)).status).toBe(400);
});
