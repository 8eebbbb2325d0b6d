import { gpc, nameless, nrlRead, overridden, read, roaming, search, sharer } from '../decision-samples.ts';
import { type DecisionCase } from './decision-case.ts';

const allow = { decision: 'allow' };
const unknownName = {
  answer: { refusal: 'certificate-name-unknown' },
  text: 'SSL_CERTIFICATE_ERROR',
} as const;
const refusedSender = (from: string) => ({
  answer: { refusal: 'sender-not-authorised' },
  text: `ASID_CHECK_FAILED_MESSAGESENDER_${from}`,
});
const consumer = '200000000359';
const stranger = '000000000001';
const internet = 'internet' as const;

/** Check B: whose certificate it is. */
const certificateCases: readonly DecisionCase[] = [
  { name: 'B: a certificate without any name', asked: { certificateNames: [] }, ...unknownName },
  { name: 'B: a name of nobody', asked: { certificateNames: ['nobody.nhs.uk'] }, ...unknownName },
  {
    name: 'B: a name of nobody, and a sender whom nobody knows',
    asked: { certificateNames: ['nobody.nhs.uk'], from: stranger },
    ...unknownName,
  },
  {
    name: 'B: a name of a party without a system',
    asked: { certificateNames: ['orphan.nhs.uk'] },
    ...unknownName,
  },
  {
    name: 'B: a name under a registered one',
    asked: { certificateNames: ['a.consumer.example.nhs.uk'] },
    ...unknownName,
  },
  { name: 'B: a wildcard', asked: { certificateNames: ['*.example.nhs.uk'] }, ...unknownName },
  {
    name: 'B: a known name, and a sender whom nobody knows',
    asked: { from: stranger },
    ...refusedSender(stranger),
  },
  {
    name: 'B: another system’s name',
    asked: { certificateNames: ['gp.example.nhs.uk'] },
    ...refusedSender(consumer),
  },
  { name: 'B: a sender without any name', asked: { from: nameless }, ...refusedSender(nameless) },
  {
    name: 'B: one of several names is right, in other letters',
    asked: { certificateNames: ['nobody.nhs.uk', 'CONSUMER.example.nhs.uk'] },
    answer: allow,
  },
  { name: 'B: a name shared through the party key', asked: { from: sharer }, answer: allow },
  {
    name: 'B: a name that the rules add, in other letters',
    asked: { from: overridden, certificateNames: ['override.NHS.uk'] },
    answer: allow,
  },
  {
    name: 'B: a name that the rules add serves its own system only',
    asked: { certificateNames: ['override.nhs.uk'] },
    ...refusedSender(consumer),
  },
  {
    name: 'B: a name that the rules add no more',
    asked: { from: overridden, certificateNames: ['override.nhs.uk'] },
    rules: { certificateNames: {} },
    ...unknownName,
  },
  {
    name: 'B: a name that the rules add for a system that is not registered',
    asked: { from: stranger, certificateNames: ['stranger.nhs.uk'] },
    rules: { certificateNames: { [stranger]: ['stranger.nhs.uk'] } },
    ...unknownName,
  },
];

/** Check C: what the sender is accredited for. */
const interactionCases: readonly DecisionCase[] = [
  {
    name: 'C: a sender that lacks the interaction',
    asked: { from: sharer, interactionId: search },
    ...refusedSender(sharer),
  },
  {
    name: 'C: an interaction in other letters',
    asked: { interactionId: read.replace('read', 'READ') },
    ...refusedSender(consumer),
  },
  {
    name: 'C: an alias entitles nobody to send',
    asked: { from: sharer, interactionId: nrlRead },
    ...refusedSender(sharer),
  },
  {
    name: 'C goes before D',
    asked: { from: sharer, interactionId: search, to: sharer },
    ...refusedSender(sharer),
  },
];

/** Check C, over the internet. */
const networkCases: readonly DecisionCase[] = [
  {
    name: 'C: over the internet, a sender of the category, in other letters',
    asked: { from: roaming, network: internet },
    answer: allow,
  },
  {
    name: 'C: over the internet, a sender without the category',
    asked: { network: internet },
    ...refusedSender(consumer),
  },
  {
    name: 'C: over the internet, an interaction that may not',
    asked: { from: roaming, network: internet },
    rules: { interactions: { [read]: { internet: false } } },
    ...refusedSender(roaming),
  },
  {
    name: 'C: over the internet, where only another interaction may not',
    asked: { from: roaming, network: internet },
    rules: { interactions: { [search]: { internet: false } } },
    answer: allow,
  },
  {
    name: 'C: over the private network, an interaction that may not over the internet',
    rules: { interactions: { [read]: { internet: false } } },
    answer: allow,
  },
  {
    name: 'C: over the internet, where the operator names another category',
    asked: { from: roaming, network: internet },
    settings: { internetCategoryLower: 'other' },
    answer: allow,
  },
  {
    name: 'C: over the internet, where the operator names a category that nobody has',
    asked: { from: roaming, network: internet },
    settings: { internetCategoryLower: 'inter' },
    ...refusedSender(roaming),
  },
  {
    name: 'C: over the internet, the sender goes before the receiver',
    asked: { network: internet, to: stranger, interactionId: `${gpc}unregistered-1` },
    ...refusedSender(consumer),
  },
];

/** What is asked of the sender: checks B and C. */
export const senderCases = [...certificateCases, ...interactionCases, ...networkCases];
