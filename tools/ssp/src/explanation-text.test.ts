import { type Explanation } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { explanationText } from './explanation-text.ts';

const made = { version: '7', at: '2026-11-20T10:00:00.000Z', kind: 'rules', who: 'ada', why: 'review 7' };

const refused: Explanation = {
  exchange: {
    internalId: '5fa8b4fa-12c9-4a26-bdda-8dedbce60953',
    traceId: '9d6a8a7f-7189-481a-8f6e-5084d0c5b761',
    decisionId: 'd-1',
    receivedAt: '2026-11-22T10:00:00.000Z',
    outcome: 'refused',
    status: 403,
    refusal: 'no-agreement',
  },
  edge: null,
  facts: {
    certificateNames: ['good.consumer.thirdparty.nhs.uk'],
    from: '200000000359',
    to: '918999190001',
    interactionId: 'urn:nhs:names:services:x:y-1',
    target: 'https://pear.testlab.nhs.uk/Y90001/Patient',
    network: 'private',
    at: '2026-11-22T10:00:00.000Z',
  },
  decision: {
    rulesVersion: '7',
    made,
    outcome: 'no-agreement',
    answer: { status: 403, text: 'FOT_CHECK_FAILED' },
    agreementId: 'sample-denied',
    endpoint: null,
  },
  checks: [
    {
      id: 'A',
      title: 'trust',
      result: 'passed',
      reached: true,
      by: 'edge',
      why: 'Trusted.',
      rows: [],
      remedy: null,
    },
    {
      id: 'F',
      title: 'agreement',
      result: 'failed',
      reached: true,
      by: 'authz',
      why: 'Rule no denies it.',
      rows: [
        {
          table: 'agreement',
          key: 'no',
          says: 'deny\u001b[2J',
          sinceVersion: '7',
          untilVersion: '9',
          since: made,
        },
        { table: 'agreement', key: 'old', says: 'allow', sinceVersion: '1', untilVersion: null, since: null },
      ],
      remedy: 'End rule no.',
    },
    {
      id: 'G',
      title: 'later',
      result: 'unknown',
      reached: false,
      by: 'authz',
      why: 'Not asked.',
      rows: [],
      remedy: null,
    },
  ],
  now: {
    rulesVersion: '9',
    outcome: 'allow',
    same: false,
    differs: [{ id: 'F', result: 'passed', why: 'No rule denies it.' }],
  },
  notes: ['The subject was taken.'],
};

test('an explanation tells what was decided by which rules, each check with its rows, the remedy, and what holds now', () => {
  const told = explanationText(refused);
  const said = [
    /^exchange +5fa8b4fa-12c9-4a26-bdda-8dedbce60953, refused 403/m,
    /^rules +version 7, 2026-11-20T10:00:00.000Z by ada: review 7$/m,
    /^outcome +refused: no-agreement, 403 FOT_CHECK_FAILED$/m,
    /^now +version 9: allowed; F passed: No rule denies it\.$/m,
    /^A +passed +Trusted\.$/m,
    /^F +failed +Rule no denies it\.$/m,
    /^G +unknown \(not reached\) +Not asked\.$/m,
    /^To pass F: End rule no\.$/m,
    /^F +agreement +no +since version 7 \(.* by ada: review 7\) until version 9 +deny/m,
    /^Note: The subject was taken\.$/m,
  ];
  expect(said.filter((line) => !line.test(told))).toEqual([]);
});

test('what a row says is shown and not obeyed by the terminal', () => {
  expect(explanationText(refused)).toContain('deny\\u001b[2J');
});

test('what the edge refused by itself is told with its place in the documentation, and not as what authz said', () => {
  const edge = {
    refusal: 'target-malformed',
    detail: 'no-target',
    stage: 'read',
    docs: 'docs/errors.md#the-request',
    limit: null,
  };
  expect(explanationText({ ...refused, edge })).toMatch(/^by authz +refused: /m);
  expect(explanationText({ ...refused, edge })).toContain(
    'the edge at "read": target-malformed (no-target), see docs/errors.md#the-request',
  );
});

test.for([
  {
    scope: 'consumer' as const,
    told: 'bulk of the consumer 200000000359: 0 of 60 left; version 12 of the limits',
  },
  {
    scope: 'provider-in-flight' as const,
    told: 'bulk of the provider 918999198738, for requests open at a time: 0 of 60 left; version 12 of the limits',
  },
  {
    answer: 'unavailable' as const,
    scope: null,
    told: 'bulk, which is not counted while the shared counters are away; version 12 of the limits',
  },
])('the limit that ended an exchange is named: $told', ({ answer, scope, told }) => {
  const limit = {
    answer: answer ?? ('refuse' as const),
    rule: 'bulk',
    scope,
    limit: 60,
    remaining: 0,
    version: '12',
    counters: 'shared' as const,
    shadowed: [],
  };
  const edge = {
    refusal: 'consumer-limit',
    detail: '60 in 10 s; room again after 1 s',
    stage: 'admit',
    docs: 'docs/errors.md#throttling',
    limit,
  };
  const facts = {
    certificateNames: ['me.example.nhs.uk'],
    from: '200000000359',
    to: '918999198738',
    interactionId: 'urn:nhs:names:services:x',
    target: 'https://h/',
    network: 'private' as const,
    at: '2026-11-20T10:00:00.000Z',
  };
  const lines = explanationText({ ...refused, edge, facts }).split('\n');
  expect(lines).toContainEqual(
    expect.stringMatching(/^ended by .*consumer-limit \(60 in 10 s; room again after 1 s\)/),
  );
  expect(lines.find((line) => line.startsWith('limit '))?.replace(/^limit +/, '')).toBe(told);
});
