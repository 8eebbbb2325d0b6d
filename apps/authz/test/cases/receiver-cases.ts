import { base, branch, gpc, nrlRead, provider, read, search, sharer } from '../decision-samples.ts';
import { type DecisionCase } from './decision-case.ts';

const allow = { decision: 'allow' };
const consumer = '200000000359';
const stranger = '000000000001';
const refusedReceiver = (to: string) => ({
  answer: { refusal: 'receiver-not-authorised' },
  text: `PARTYKEY_INTERACTION_CHECK_FAILED_MESSAGERECEIVER_${to}`,
});
const mismatch = (endpoint: string, cpaId: string, target: string) => ({
  answer: { refusal: 'endpoint-mismatch', endpoint, cpaId },
  text: `ENDPOINT_${endpoint}_CPAID_${cpaId}_VARIES_FROM_TARGETURL_https://${target}`,
});

/** Check D: what the receiver's party has registered. */
const registrationCases: readonly DecisionCase[] = [
  { name: 'D: a receiver whom nobody knows', asked: { to: stranger }, ...refusedReceiver(stranger) },
  {
    name: 'D: a receiver whom nobody knows, where the operator answers as the assurance suite wants',
    asked: { to: stranger },
    settings: { unknownReceiver: 'receiver-unknown' },
    answer: { refusal: 'receiver-unknown' },
    text: 'BAD_REQUEST',
  },
  {
    name: 'D: a system that receives nothing is none that nobody knows',
    asked: { to: consumer },
    settings: { unknownReceiver: 'receiver-unknown' },
    ...refusedReceiver(consumer),
  },
  {
    name: 'D: an interaction that the receiver has not registered',
    asked: { interactionId: `${gpc}unregistered-1` },
    ...refusedReceiver(provider),
  },
  {
    name: 'D: an interaction registered under its alias',
    asked: { interactionId: nrlRead, targetHost: 'nrl.nhs.uk', targetPath: '/doc' },
    answer: { ...allow, endpoint: 'https://nrl.nhs.uk' },
  },
  {
    name: 'D: an alias that the rules have taken away',
    asked: { interactionId: nrlRead, targetHost: 'nrl.nhs.uk', targetPath: '/doc' },
    rules: { aliases: {} },
    ...refusedReceiver(provider),
  },
  {
    name: 'D: a registration under the asked name goes before one under its alias',
    asked: { interactionId: nrlRead, to: branch },
    ...mismatch('', 'S17', 'gp.example.nhs.uk/B82617/fhir/metadata'),
  },
  {
    name: 'D goes before E',
    asked: { to: consumer, targetHost: 'evil.nhs.uk' },
    ...refusedReceiver(consumer),
  },
];

/** Check E: whether the target lies under a registered endpoint. */
const endpointCases: readonly DecisionCase[] = [
  {
    name: 'E: another host',
    asked: { targetHost: 'evil.nhs.uk' },
    ...mismatch(base, 'S11', 'evil.nhs.uk/B82617/fhir/metadata'),
  },
  {
    name: 'E: a longer segment',
    asked: { targetPath: '/B82617/fhirs/metadata' },
    ...mismatch(base, 'S11', 'gp.example.nhs.uk/B82617/fhirs/metadata'),
  },
  {
    name: 'E: another practice’s path',
    asked: { targetPath: '/B82618/fhir/metadata' },
    ...mismatch(base, 'S11', 'gp.example.nhs.uk/B82618/fhir/metadata'),
  },
  {
    name: 'E: another interaction’s endpoint; of two registrations the first is shown',
    asked: { interactionId: search },
    ...mismatch('https://other.nhs.uk/a', 'S12', 'gp.example.nhs.uk/B82617/fhir/metadata'),
  },
  {
    name: 'E: the endpoint itself',
    asked: { targetPath: '/B82617/fhir' },
    answer: { ...allow, endpoint: base },
  },
  {
    name: 'E: the first of two registrations of one interaction',
    asked: { interactionId: search, targetHost: 'other.nhs.uk', targetPath: '/a/Patient' },
    answer: { ...allow, endpoint: 'https://other.nhs.uk/a', providerFqdn: null },
  },
  {
    name: 'E: the second value of the second registration, in other letters',
    asked: { interactionId: search, targetHost: 'OTHER.nhs.uk', targetPath: '/c/Patient' },
    answer: { ...allow, endpoint: 'https://other.nhs.uk/c/', providerFqdn: 'c.other.nhs.uk' },
  },
  {
    name: 'E: a registration without a server name',
    asked: { to: branch },
    answer: { ...allow, endpoint: base, providerFqdn: null },
  },
];

/** Whom the answer names for payment. */
const supplierCases: readonly DecisionCase[] = [
  {
    name: 'the system’s manufacturer is paid, whatever the registration’s',
    answer: { parties: { senderOds: 'X26000', receiverOds: 'B82617', supplier: 'YGM06' } },
  },
  {
    name: 'the registration’s manufacturer is paid where the system has none',
    asked: { to: branch },
    answer: { parties: { senderOds: 'X26000', receiverOds: 'B82618', supplier: 'YGM07' } },
  },
  {
    name: 'of two registrations the manufacturer of the one that covers the target is paid',
    asked: { to: branch, interactionId: search, targetHost: 'second.nhs.uk', targetPath: '/fhir' },
    answer: { ...allow, parties: { senderOds: 'X26000', receiverOds: 'B82618', supplier: 'YGM09' } },
  },
  {
    name: 'the product is named where there is no manufacturer',
    asked: { to: branch, interactionId: search },
    answer: { parties: { senderOds: 'X26000', receiverOds: 'B82618', supplier: 'GP System 3' } },
  },
  {
    name: 'a refusal names the parties as far as they are known',
    asked: { from: sharer, to: stranger, interactionId: read },
    answer: { decision: 'refuse', parties: { senderOds: 'X26000', receiverOds: null, supplier: null } },
  },
];

/** What is asked of the receiver: checks D and E. */
export const receiverCases = [...registrationCases, ...endpointCases, ...supplierCases];
