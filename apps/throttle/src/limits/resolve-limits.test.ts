import { expect, test } from 'vitest';
import { defaultLimits } from './default-limits.ts';
import { LimitsDocument } from './limits-document.ts';
import { resolveLimits } from './resolve-limits.ts';

const metadata = 'urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1';
const slots = 'urn:nhs:names:services:gpconnect:fhir:rest:search:slot-1';
const consumer = '200000000359';
const provider = '918999198738';
const ask = { from: consumer, to: provider, interactionId: metadata, supplier: 'SUPPLIER-1' };

const classes = { bulk: [consumer], clinics: [provider] };
const costs = { [slots]: 5 };

function limitsWith(limits: readonly object[], shares: object = { weights: { bulk: 3 }, below: 0.25 }) {
  return resolveLimits(LimitsDocument.parse({ classes, costs, shares, limits }), '7');
}
/** A rule per consumer, or of what is given. */
const rule = (id: string, rest: object = {}) => ({ id, per: 'consumer', perSecond: 1, burst: 5, ...rest });
const asid = (of: string) => ({ asid: of });
const ofClass = (name: string) => ({ class: name });

test('each kind of limit has a bucket of its own, named without the rule', () => {
  const pers = ['global', 'supplier', 'provider-interaction', 'provider', 'consumer-provider'];
  const { ofAsk } = limitsWith(
    [...pers, 'consumer-interaction', 'consumer'].map((per) => rule(`of-${per}`, { per })),
  );
  expect(ofAsk(ask).limits.map(({ rule: id, scope, key }) => [id, scope, key])).toEqual([
    ['of-consumer', 'consumer', `consumer:${consumer}`],
    ['of-consumer-interaction', 'consumer-interaction', `consumer-interaction:${consumer}:${metadata}`],
    ['of-consumer-provider', 'consumer-provider', `consumer-provider:${consumer}:${provider}`],
    ['of-provider', 'provider', `provider:${provider}`],
    ['of-provider-interaction', 'provider-interaction', `provider-interaction:${provider}:${metadata}`],
    ['of-supplier', 'supplier', 'supplier:SUPPLIER-1'],
    ['of-global', 'global', 'global'],
  ]);
});

test.for([
  { which: 'the only one', rules: [rule('any')], met: ['any'] },
  {
    which: 'a class before all',
    rules: [rule('any'), rule('bulk', { consumer: ofClass('bulk') })],
    met: ['bulk'],
  },
  {
    which: 'an ASID before its class',
    rules: [rule('bulk', { consumer: ofClass('bulk') }), rule('one', { consumer: asid(consumer) })],
    met: ['one'],
  },
  { which: 'none for another ASID', rules: [rule('other', { consumer: asid(provider) })], met: [] },
  { which: 'none for another class', rules: [rule('other', { consumer: ofClass('clinics') })], met: [] },
  {
    which: 'the consumer before the provider',
    rules: [
      rule('by-provider', { per: 'consumer-provider', provider: asid(provider) }),
      rule('by-class', { per: 'consumer-provider', consumer: ofClass('bulk') }),
    ],
    met: ['by-class'],
  },
  {
    which: 'the provider before all',
    rules: [
      rule('any', { per: 'consumer-provider' }),
      rule('to-class', { per: 'consumer-provider', provider: ofClass('clinics') }),
    ],
    met: ['to-class'],
  },
  {
    which: 'the consumer before the interaction',
    rules: [
      rule('metadata', { per: 'consumer-interaction', interaction: metadata }),
      rule('bulk', { per: 'consumer-interaction', consumer: ofClass('bulk') }),
    ],
    met: ['bulk'],
  },
  {
    which: 'an interaction before all',
    rules: [
      rule('any', { per: 'provider-interaction' }),
      rule('metadata', { per: 'provider-interaction', interaction: metadata }),
      rule('slots', { per: 'provider-interaction', interaction: slots }),
    ],
    met: ['metadata'],
  },
  {
    which: 'a supplier before all',
    rules: [rule('any', { per: 'supplier' }), rule('named', { per: 'supplier', supplier: 'SUPPLIER-1' })],
    met: ['named'],
  },
  {
    which: 'none of a kind whose most specific rule is off',
    rules: [rule('any'), { id: 'excepted', per: 'consumer', consumer: asid(consumer), mode: 'off' }],
    met: [],
  },
])('of one kind an ask meets $which', ({ rules, met }) => {
  expect(
    limitsWith(rules)
      .ofAsk(ask)
      .limits.map((limit) => limit.rule),
  ).toEqual(met);
});

test('a provider whose supplier is not known has no limit of a supplier', () => {
  const { ofAsk } = limitsWith([rule('any', { per: 'supplier' })]);
  expect(ofAsk({ ...ask, supplier: null }).limits).toEqual([]);
  expect(ofAsk(ask).limits).toHaveLength(1);
});

test('what holds for one interaction is not what holds for another', () => {
  const { ofAsk } = limitsWith([
    rule('slots', { per: 'consumer-interaction', interaction: slots, burst: 50 }),
    rule('others', { per: 'consumer-interaction' }),
  ]);
  const told = [metadata, slots, metadata].map((interactionId) => {
    const { limits, cost } = ofAsk({ ...ask, interactionId });
    return [limits[0]?.rule, cost];
  });
  expect(told).toEqual([
    ['others', 1],
    ['slots', 5],
    ['others', 1],
  ]);
});

test.for([
  { perSecond: 500, intervalUs: 2_000 },
  { perSecond: 3, intervalUs: 333_334 },
  { perSecond: 0.001, intervalUs: 1_000_000_000 },
  { perSecond: 100_000, intervalUs: 10 },
])('$perSecond a second is one in $intervalUs µs', ({ perSecond, intervalUs }) => {
  expect(limitsWith([rule('r', { perSecond })]).ofAsk(ask).limits[0]?.limit).toEqual({
    intervalUs,
    burst: 5,
  });
});

test('the mode, and what holds while the counters are away, come with the limit', () => {
  const { ofAsk } = limitsWith([
    rule('one', { mode: 'shadow', whenCountersAreAway: 'refuse' }),
    rule('other', { per: 'provider' }),
  ]);
  expect(ofAsk(ask).limits).toMatchObject([
    { mode: 'shadow', whenAway: 'refuse' },
    { mode: 'enforce', whenAway: 'admit-locally' },
  ]);
});

test.for([
  { of: 'a consumer of a class', shares: { weights: { bulk: 3 }, below: 0.25 }, from: consumer, weight: 3 },
  {
    of: 'a consumer without a class',
    shares: { weights: { bulk: 3 }, below: 0.25 },
    from: provider,
    weight: 1,
  },
  { of: 'a class without a weight', shares: { weights: {}, below: 0.25 }, from: consumer, weight: 1 },
])("the share of $of in its provider's limit has weight $weight", ({ shares, from, weight }) => {
  const { ofAsk } = limitsWith([rule('p', { per: 'provider' })], shares);
  expect(ofAsk({ ...ask, from }).share).toEqual({
    key: `provider-share:${provider}`,
    consumer: from,
    weight,
    below: 0.25,
  });
});

test.for([
  { why: 'no limit of the provider', limits: [rule('c')], below: 0.5 },
  { why: 'shares that are never kept', limits: [rule('p', { per: 'provider' })], below: 0 },
])('with $why there is nothing to share', ({ limits, below }) => {
  expect(limitsWith(limits, { weights: {}, below }).ofAsk(ask).share).toBeNull();
});

test('what may be in flight is resolved beside the rates', () => {
  const { ofAsk, inFlightOf, version } = limitsWith([
    { id: 'open', per: 'provider-in-flight', inFlight: 64 },
    { id: 'few', per: 'provider-in-flight', provider: ofClass('clinics'), inFlight: 2, mode: 'shadow' },
    { id: 'edge', per: 'edge-in-flight', inFlight: 9 },
  ]);
  expect([version, ofAsk(ask).version]).toEqual(['7', '7']);
  expect(inFlightOf(provider)).toEqual(ofAsk(ask).providerInFlight);
  expect(inFlightOf(consumer)).toMatchObject({ rule: 'open', max: 64 });
  expect(ofAsk(ask)).toMatchObject({
    limits: [],
    providerInFlight: {
      rule: 'few',
      key: `provider-in-flight:${provider}`,
      max: 2,
      mode: 'shadow',
    },
    edgeInFlight: { rule: 'edge', max: 9, mode: 'enforce' },
  });
});

test.for([
  {
    which: "its own, by ASID, and not its class's",
    rules: [
      rule('any'),
      rule('bulk', { consumer: ofClass('bulk') }),
      rule('one', { consumer: asid(consumer) }),
    ],
    told: [['one', `consumer:${consumer}`, null, null]],
  },
  { which: "none of another's", rules: [rule('other', { consumer: asid(provider) })], told: [] },
  { which: 'none that is off', rules: [rule('any', { mode: 'off' })], told: [] },
  {
    which: 'that of one interaction beside that of each other one',
    rules: [
      rule('each', { per: 'consumer-interaction' }),
      rule('slots', { per: 'consumer-interaction', interaction: slots }),
    ],
    told: [
      ['each', null, null, null],
      ['slots', `consumer-interaction:${consumer}:${slots}`, slots, null],
    ],
  },
  {
    which: 'that of its class and not that of all, where the one stands before the other',
    rules: [
      rule('slots', { per: 'consumer-interaction', interaction: slots }),
      rule('bulk', { per: 'consumer-interaction', consumer: ofClass('bulk') }),
    ],
    told: [['bulk', null, null, null]],
  },
  {
    which: 'that of all for what its class does not speak of',
    rules: [
      rule('each', { per: 'consumer-interaction' }),
      rule('bulk', { per: 'consumer-interaction', interaction: slots, consumer: ofClass('bulk') }),
    ],
    told: [
      ['bulk', `consumer-interaction:${consumer}:${slots}`, slots, null],
      ['each', null, null, null],
    ],
  },
  {
    which: 'that towards a provider, unless one towards its class stands before it',
    rules: [
      rule('to-one', { per: 'consumer-provider', provider: asid(provider) }),
      rule('to-other', { per: 'consumer-provider', provider: asid(consumer) }),
      rule('to-class', { per: 'consumer-provider', provider: ofClass('clinics'), consumer: asid(consumer) }),
    ],
    told: [
      ['to-class', null, null, null],
      ['to-other', `consumer-provider:${consumer}:${consumer}`, null, consumer],
    ],
  },
])('a consumer is told of $which', ({ rules, told }) => {
  const limits = limitsWith(rules).ofConsumer(consumer);
  expect(
    limits.map(({ rule: id, key, interactionId, provider: to }) => [id, key, interactionId, to]),
  ).toEqual(told);
});

test('by default consumers, providers and the nation are limited, and what is in flight', () => {
  expect(resolveLimits(defaultLimits, 'default').ofAsk(ask)).toMatchObject({
    limits: [
      { rule: 'consumers', limit: { intervalUs: 2_000, burst: 1_000 } },
      { rule: 'providers', limit: { intervalUs: 5_000, burst: 400 } },
      { rule: 'national', limit: { intervalUs: 334, burst: 6_000 } },
    ],
    cost: 1,
    providerInFlight: { rule: 'provider-open', max: 200 },
    share: { weight: 1, below: 0.5 },
    edgeInFlight: { rule: 'edge-open', max: 2_000 },
  });
});
