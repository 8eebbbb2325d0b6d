import { describe, expect, test } from 'vitest';
import { AuthzAnswer, AuthzAsk } from './authz.ts';
import { answerBatch, AskBatch, batchSizeMax } from './batch.ts';
import { ThrottleAnswer, ThrottleAsk } from './throttle.ts';

const parties = { from: '200000000359', to: '918999198738' };
const interactionId = 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1';
const authzAsk = {
  certificateNames: ['h.nhs.uk'],
  ...parties,
  interactionId,
  targetHost: 'h.nhs.uk',
  targetPath: '',
};

test('a batch holds asks that are read one by one, so a bad one spoils only itself', () => {
  const { asks } = AskBatch.parse(
    JSON.parse(JSON.stringify({ asks: [authzAsk, { from: 'x' }, null], more: 1 })),
  );
  expect(asks.map((ask) => AuthzAsk.safeParse(ask).success)).toEqual([true, false, false]);
});

test.for([{ size: 0 }, { size: 1 }, { size: batchSizeMax }])('a batch may hold $size asks', ({ size }) => {
  expect(AskBatch.safeParse({ asks: Array.from({ length: size }, () => authzAsk) }).success).toBe(true);
});

test.for([
  { what: 'one ask too many', body: { asks: Array.from({ length: batchSizeMax + 1 }, () => authzAsk) } },
  { what: 'no list', body: { asks: authzAsk } },
  { what: 'no asks', body: {} },
  { what: 'null', body: null },
])('a body with $what is no batch', ({ body }) => {
  expect(AskBatch.safeParse(body).success).toBe(false);
});

describe('answers', () => {
  const known = { senderOds: 'A20047', receiverOds: null, supplier: null };
  const allowance = {
    limit: 10,
    remaining: 0,
    resetSeconds: 1,
    rule: 'national',
    scope: 'global',
    version: '3',
    counters: 'shared',
  };
  const decided = { decisionId: 'd', rulesVersion: 'r', parties: known };

  test.for([
    { decision: 'allow', ...decided, endpoint: 'https://h/b', providerFqdn: 'h', agreementId: 'a' },
    { decision: 'allow', ...decided, endpoint: 'https://h/b', providerFqdn: null, agreementId: 'a' },
    { decision: 'refuse', ...decided, refusal: 'no-agreement' },
    { decision: 'refuse', ...decided, refusal: 'endpoint-mismatch', endpoint: 'https://h/b', cpaId: 'S1' },
    { decision: 'unreadable', fault: 'from: an ASID is twelve digits' },
  ])('of authz come back as they were sent: $decision $refusal', (answer) => {
    const batch = { answers: [answer] };
    expect(answerBatch(AuthzAnswer).parse(JSON.parse(JSON.stringify(batch)))).toEqual(batch);
  });

  test('of an authz that does not know server names yet are read as naming none', () => {
    const answer = { decision: 'allow', ...decided, endpoint: 'https://h/b', agreementId: 'a' };
    const { answers } = answerBatch(AuthzAnswer).parse({ answers: [answer] });
    expect(answers).toEqual([{ ...answer, providerFqdn: null }]);
  });

  test.for([
    { admission: 'admit', ...allowance },
    { admission: 'refuse', ...allowance, scope: 'provider', windowSeconds: 9, retryAfterSeconds: 1 },
    { admission: 'unreadable', fault: 'to' },
  ])('of throttle come back as they were sent: $admission', (answer) => {
    const batch = { answers: [answer] };
    expect(answerBatch(ThrottleAnswer).parse(JSON.parse(JSON.stringify(batch)))).toEqual(batch);
  });

  test.for([
    { what: 'an unknown decision', schema: AuthzAnswer, value: { decision: 'maybe', ...decided } },
    {
      what: 'an unknown refusal',
      schema: AuthzAnswer,
      value: { decision: 'refuse', ...decided, refusal: 'x' },
    },
    { what: 'an allowance without endpoint', schema: AuthzAnswer, value: { decision: 'allow', ...decided } },
    {
      what: 'a refusal that may be repeated at once',
      schema: ThrottleAnswer,
      value: { admission: 'refuse', ...allowance, scope: 'global', windowSeconds: 9, retryAfterSeconds: 0 },
    },
    {
      what: 'less than nothing left',
      schema: ThrottleAnswer,
      value: { admission: 'admit', ...allowance, remaining: -1 },
    },
    {
      what: 'an ASID of eleven digits',
      schema: ThrottleAsk,
      value: { ...parties, to: '91899919873', interactionId },
    },
  ])('$what is refused', ({ schema, value }) => {
    expect(schema.safeParse(value).success).toBe(false);
  });
});
