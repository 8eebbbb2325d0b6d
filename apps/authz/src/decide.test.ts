import { type AuthzAsk } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import {
  gpc,
  read,
  search,
  nrlRead,
  consumer,
  sharer,
  overridden,
  nameless,
  branch,
  base,
  ask,
  policy,
  circumstances,
  snapshot,
} from '../test/decision-samples.ts';

test('an exchange that passes every check is allowed, with all that is recorded of it', () => {
  expect(decide(snapshot, ask, circumstances)).toEqual({
    decision: 'allow',
    decisionId: 'd1',
    rulesVersion: '7',
    parties: { senderOds: 'X26000', receiverOds: 'B82617', supplier: 'YGM06' },
    endpoint: base,
    providerFqdn: 'gp.example.nhs.uk',
    agreementId: 'default',
  });
});

test('a refusal names the parties as far as they are known', () => {
  expect(decide(snapshot, { ...ask, to: '000000000001' }, circumstances)).toEqual({
    decision: 'refuse',
    decisionId: 'd1',
    rulesVersion: '7',
    parties: { senderOds: 'X26000', receiverOds: null, supplier: null },
    refusal: 'receiver-not-authorised',
  });
});

const unknown = { refusal: 'certificate-name-unknown' };
const sender = { refusal: 'sender-not-authorised' };
const receiver = { refusal: 'receiver-not-authorised' };
const allow = { decision: 'allow' };

test.for<{ readonly name: string; readonly asked: Partial<AuthzAsk>; readonly answer: object }>([
  { name: 'B: no name at all', asked: { certificateNames: [] }, answer: unknown },
  { name: 'B: a name of nobody', asked: { certificateNames: ['nobody.nhs.uk'] }, answer: unknown },
  {
    name: 'B: a name of nobody, from an unknown system',
    asked: { certificateNames: ['nobody.nhs.uk'], from: '000000000001' },
    answer: unknown,
  },
  {
    name: 'B: a name of a party without a system',
    asked: { certificateNames: ['orphan.nhs.uk'] },
    answer: unknown,
  },
  {
    name: 'B: a sub-domain of a registered name',
    asked: { certificateNames: ['a.consumer.example.nhs.uk'] },
    answer: unknown,
  },
  { name: 'B: a wildcard', asked: { certificateNames: ['*.example.nhs.uk'] }, answer: unknown },
  { name: 'B: an unknown sender under a known name', asked: { from: '000000000001' }, answer: sender },
  { name: 'B: another system’s name', asked: { certificateNames: ['gp.example.nhs.uk'] }, answer: sender },
  { name: 'B: a sender without any name', asked: { from: nameless }, answer: sender },
  {
    name: 'B: one of several names is right',
    asked: { certificateNames: ['nobody.nhs.uk', 'CONSUMER.example.nhs.uk'] },
    answer: allow,
  },
  { name: 'B: a name shared through the party key', asked: { from: sharer }, answer: allow },
  {
    name: 'B: an overriding name',
    asked: { from: overridden, certificateNames: ['override.NHS.uk'] },
    answer: allow,
  },
  {
    name: 'B: an overriding name serves its own system only',
    asked: { certificateNames: ['override.nhs.uk'] },
    answer: sender,
  },
  {
    name: 'C: the sender lacks the interaction',
    asked: { from: sharer, interactionId: search },
    answer: sender,
  },
  {
    name: 'C: interactions are compared with case',
    asked: { interactionId: read.replace('read', 'READ') },
    answer: sender,
  },
  { name: 'C goes before D', asked: { from: sharer, interactionId: search, to: sharer }, answer: sender },
  { name: 'D: an unknown receiver', asked: { to: '000000000001' }, answer: receiver },
  { name: 'D: a receiver that receives nothing', asked: { to: consumer }, answer: receiver },
  {
    name: 'D: an interaction not registered',
    asked: { interactionId: `${gpc}unregistered-1` },
    answer: receiver,
  },
  {
    name: 'D: an aliased interaction',
    asked: { interactionId: nrlRead, targetHost: 'nrl.nhs.uk', targetPath: '/doc' },
    answer: { ...allow, endpoint: 'https://nrl.nhs.uk' },
  },
  {
    name: 'D: a registration under the asked name goes before its alias',
    asked: { interactionId: nrlRead, to: branch },
    answer: { refusal: 'endpoint-mismatch', endpoint: '', cpaId: 'S17' },
  },
  {
    name: 'E: another host',
    asked: { targetHost: 'evil.nhs.uk' },
    answer: { refusal: 'endpoint-mismatch', endpoint: base, cpaId: 'S11' },
  },
  {
    name: 'E: a longer segment',
    asked: { targetPath: '/B82617/fhirs/metadata' },
    answer: { refusal: 'endpoint-mismatch', endpoint: base, cpaId: 'S11' },
  },
  {
    name: 'E: another interaction’s endpoint',
    asked: { interactionId: search },
    answer: { refusal: 'endpoint-mismatch', endpoint: 'https://other.nhs.uk/a', cpaId: 'S12' },
  },
  { name: 'E: the endpoint itself', asked: { targetPath: '/B82617/fhir' }, answer: allow },
  {
    name: 'E: a registration without a server name',
    asked: { to: branch },
    answer: { ...allow, endpoint: base, providerFqdn: null },
  },
  {
    name: 'E: a second value of a second registration',
    asked: { interactionId: search, targetHost: 'OTHER.nhs.uk', targetPath: '/c/Patient' },
    answer: { ...allow, endpoint: 'https://other.nhs.uk/c/', providerFqdn: 'c.other.nhs.uk' },
  },
  {
    name: 'the registration’s manufacturer is paid where the system has none',
    asked: { to: branch },
    answer: { parties: { senderOds: 'X26000', receiverOds: 'B82618', supplier: 'YGM07' } },
  },
  {
    name: 'the product is named where there is no manufacturer',
    asked: { to: branch, interactionId: search },
    answer: { parties: { senderOds: 'X26000', receiverOds: 'B82618', supplier: 'GP System 3' } },
  },
])('$name', ({ asked, answer }) => {
  expect(decide(snapshot, { ...ask, ...asked }, circumstances)).toMatchObject(answer);
});

test('D: only a receiver that is no system at all is refused as unknown, where the operator has chosen so', () => {
  const chosen = { ...circumstances, policy: { ...policy, unknownReceiver: 'receiver-unknown' } } as const;
  const decided = (asked: Partial<AuthzAsk>) => decide(snapshot, { ...ask, ...asked }, chosen);
  expect(decided({ to: '000000000001' })).toMatchObject({ refusal: 'receiver-unknown' });
  expect(decided({ to: consumer })).toMatchObject(receiver);
  expect(decided({ from: sharer, to: '000000000001', interactionId: search })).toMatchObject(sender);
});
