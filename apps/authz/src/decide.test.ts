import { type AuthzAsk } from '@ssp/contracts';
import { expect, test } from 'vitest';
import { type AgreementRow, buildSnapshot, type HandlerRow, type SystemRow } from './build-snapshot.ts';
import { decide } from './decide.ts';

const gpc = 'urn:nhs:names:services:gpconnect:';
const read = `${gpc}fhir:rest:read:metadata-1`;
const search = `${gpc}fhir:rest:search:patient-1`;
const nrlRead = 'urn:nhs:names:services:nrl:DocumentReference.content.read';
const nrl = 'urn:nhs:names:services:nrl:DocumentReference.content';

const consumer = '200000000359';
const sharer = '200000000360';
const overridden = '200000000361';
const nameless = '200000000362';
const provider = '918999198738';
const branch = '918999198739';

const lines = (...values: readonly string[]) => values.join('\n');

function system(asid: string, party: string, rest: Partial<SystemRow> = {}): SystemRow {
  return {
    asid,
    ods: party.slice(0, 6).toUpperCase(),
    party_key_lower: party,
    interactions: '',
    manufacturer_org: null,
    product_name: null,
    ...rest,
  };
}

function handler(party: string, rest: Partial<HandlerRow>): HandlerRow {
  return {
    party_key_lower: party,
    interaction: null,
    cpa_id: 'S1',
    endpoints: '',
    fqdn: null,
    manufacturer_org: null,
    ...rest,
  };
}

const base = 'https://GP.example.nhs.uk/B82617/fhir';

const directory = {
  version: '7',
  systems: [
    system(consumer, 'x26000-1', { interactions: lines(read, search, nrlRead, `${gpc}unregistered-1`) }),
    system(sharer, 'x26000-1', { interactions: lines(read) }),
    system(overridden, 'y99000-1', { interactions: lines(read) }),
    system(nameless, 'z99000-1', { interactions: lines(read) }),
    system(provider, 'b82617-1', { manufacturer_org: 'YGM06', product_name: 'GP System 2' }),
    system(branch, 'b82618-1', { product_name: 'GP System 3' }),
  ],
  handlers: [
    handler('x26000-1', { interaction: 'urn:nhs:names:services:pds:QUPA', fqdn: 'Consumer.Example.nhs.uk' }),
    handler('b82617-1', {
      interaction: read,
      endpoints: lines(base),
      cpa_id: 'S11',
      fqdn: 'GP.example.nhs.uk',
    }),
    handler('b82617-1', { interaction: search, endpoints: lines('https://other.nhs.uk/a'), cpa_id: 'S12' }),
    handler('b82617-1', {
      interaction: search,
      endpoints: lines('https://other.nhs.uk/b', 'https://other.nhs.uk/c/'),
      cpa_id: 'S13',
      fqdn: 'c.other.nhs.uk',
    }),
    handler('b82617-1', { interaction: nrl, endpoints: lines('https://nrl.nhs.uk'), cpa_id: 'S14' }),
    handler('b82618-1', {
      interaction: read,
      endpoints: lines(base),
      cpa_id: 'S15',
      manufacturer_org: 'YGM07',
    }),
    handler('b82618-1', { interaction: search, endpoints: lines(base), cpa_id: 'S16' }),
    handler('b82618-1', { interaction: nrlRead, endpoints: lines(), cpa_id: 'S17' }),
    handler('orphan-1', { interaction: read, endpoints: lines(base), fqdn: 'orphan.nhs.uk' }),
  ],
  certificateNames: [{ asid: overridden, fqdn: 'Override.nhs.uk' }],
  aliases: [{ requested: nrlRead, registered: nrl }],
  agreements: [],
};

const ask: AuthzAsk = {
  certificateNames: ['consumer.example.nhs.uk'],
  from: consumer,
  to: provider,
  interactionId: read,
  targetHost: 'gp.example.nhs.uk',
  targetPath: '/B82617/fhir/metadata',
};

const nowMs = Date.parse('2026-06-01T00:00:00Z');
const policy = { defaultAgreement: 'allow', unknownReceiver: 'receiver-not-authorised' } as const;
const circumstances = { decisionId: 'd1', nowMs, policy } as const;
const snapshot = buildSnapshot(directory);

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

function rule(
  agreement_id: string,
  effect: 'allow' | 'deny',
  rest: Partial<AgreementRow> = {},
): AgreementRow {
  return {
    agreement_id,
    effect,
    priority: 10,
    from_asid: null,
    from_ods: null,
    to_asid: null,
    to_ods: null,
    interaction: null,
    valid_from: null,
    valid_to: null,
    ...rest,
  };
}

test('D: only a receiver that is no system at all is refused as unknown, where the operator has chosen so', () => {
  const chosen = { ...circumstances, policy: { ...policy, unknownReceiver: 'receiver-unknown' } } as const;
  const decided = (asked: Partial<AuthzAsk>) => decide(snapshot, { ...ask, ...asked }, chosen);
  expect(decided({ to: '000000000001' })).toMatchObject({ refusal: 'receiver-unknown' });
  expect(decided({ to: consumer })).toMatchObject(receiver);
  expect(decided({ from: sharer, to: '000000000001', interactionId: search })).toMatchObject(sender);
});

const now = new Date(nowMs);
const nextMs = new Date(nowMs + 1);
const deny = { refusal: 'no-agreement' };

test.for<{ readonly name: string; readonly rules: readonly AgreementRow[]; readonly answer: object }>([
  { name: 'no rule: the default allows', rules: [], answer: { agreementId: 'default' } },
  { name: 'a rule for everyone', rules: [rule('a', 'allow')], answer: { agreementId: 'a' } },
  { name: 'a deny for everyone', rules: [rule('a', 'deny')], answer: deny },
  {
    name: 'the lower priority decides, however general',
    rules: [
      rule('a', 'deny', { to_asid: provider, from_asid: consumer }),
      rule('b', 'allow', { priority: 9 }),
    ],
    answer: { agreementId: 'b' },
  },
  {
    name: 'a specific deny before a general allow',
    rules: [rule('a', 'allow'), rule('b', 'deny', { to_ods: 'B82617', priority: 9 })],
    answer: deny,
  },
  { name: 'of equals a deny decides', rules: [rule('a', 'allow'), rule('b', 'deny')], answer: deny },
  { name: 'another sender’s deny', rules: [rule('a', 'deny', { from_asid: sharer })], answer: allow },
  { name: 'another receiver’s deny', rules: [rule('a', 'deny', { to_ods: 'B82618' })], answer: allow },
  {
    name: 'a deny from an organisation to a system, the code in small letters',
    rules: [rule('a', 'deny', { from_ods: 'x26000', to_asid: provider })],
    answer: deny,
  },
  { name: 'another interaction’s deny', rules: [rule('a', 'deny', { interaction: search })], answer: allow },
  { name: 'this interaction’s deny', rules: [rule('a', 'deny', { interaction: read })], answer: deny },
  {
    name: 'a rule holds from its first moment',
    rules: [rule('a', 'deny', { valid_from: now })],
    answer: deny,
  },
  { name: 'a rule to come', rules: [rule('a', 'deny', { valid_from: nextMs })], answer: allow },
  { name: 'a rule in its last moment', rules: [rule('a', 'deny', { valid_to: nextMs })], answer: deny },
  { name: 'a rule that has ended', rules: [rule('a', 'deny', { valid_to: now })], answer: allow },
  {
    name: 'a rule that has ended makes way for the next',
    rules: [rule('a', 'allow', { valid_to: now, priority: 1 }), rule('b', 'deny')],
    answer: deny,
  },
])('F: $name', ({ rules, answer }) => {
  const ruled = buildSnapshot({ ...directory, agreements: rules });
  expect(decide(ruled, ask, circumstances)).toMatchObject(answer);
});

test('F: a denying default refuses what no rule allows', () => {
  const closed = { ...circumstances, policy: { ...policy, defaultAgreement: 'deny' } } as const;
  expect(decide(snapshot, ask, closed)).toMatchObject(deny);
  const opened = buildSnapshot({ ...directory, agreements: [rule('a', 'allow', { from_ods: 'X26000' })] });
  expect(decide(opened, ask, closed)).toMatchObject({ agreementId: 'a' });
});
