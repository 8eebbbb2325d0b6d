import { faultLine } from '@ssp/service/operator';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultLimits } from './default-limits.ts';
import { LimitsDocument } from './limits-document.ts';
import { readLimitsFile } from './read-limits-file.ts';
import { writeLimitsFile } from './write-limits-file.ts';

const slots = 'urn:nhs:names:services:gpconnect:fhir:rest:search:slot-1';
const head = `classes: { bulk: ["200000000359"] }
costs: { "${slots}": 5 }
shares: { weights: { bulk: 3 }, below: 0.5 }
limits:
`;
const figures = 'perSecond: 1, burst: 5';

function faults(text: string): readonly string[] {
  const read = readLimitsFile(text);
  return read.read ? [] : read.faults.map(faultLine);
}

test('a file is read with its ASIDs and its figures', () => {
  const text = `${head}  - { id: a, per: consumer, consumer: { asid: 012345678901 }, perSecond: 0.5, burst: 10, mode: shadow }`;
  expect(readLimitsFile(text)).toEqual({
    read: true,
    file: {
      classes: { bulk: ['200000000359'] },
      costs: { [slots]: 5 },
      shares: { weights: { bulk: 3 }, below: 0.5 },
      limits: [
        {
          id: 'a',
          per: 'consumer',
          consumer: { asid: '012345678901' },
          perSecond: 0.5,
          burst: 10,
          mode: 'shadow',
        },
      ],
    },
  });
});

test('the sample file is sound', async () => {
  const text = await readFile(join(import.meta.dirname, '../../../../infra/limits.sample.yaml'), 'utf8');
  expect(faults(text)).toEqual([]);
});

test('a text that is no YAML is told with its place', () => {
  expect(faults(`${head}  - { id: a `)[0]).toMatch(/^line \d+, column \d+: /);
});

// ▲ marks the place that is told.
test.for([
  {
    fault: 'a section left out',
    text: '▲classes: {}\ncosts: {}\nshares: { weights: {}, below: 0 }\n',
    told: 'limits: is missing',
  },
  {
    fault: 'an unknown key',
    text: `${head}  - { id: a, per: consumer, ${figures}, bursts: ▲5 }`,
    told: 'limits[0].bursts: is no known key; did you mean burst?',
  },
  {
    fault: 'an unknown kind of limit',
    text: `${head}  - { id: a, per: ▲patient, ${figures} }`,
    told: 'limits[0].per: must be one of consumer, consumer-interaction, consumer-provider, provider, provider-interaction, supplier, global, provider-in-flight, edge-in-flight',
  },
  {
    fault: 'a figure that is none',
    text: `${head}  - { id: a, per: consumer, perSecond: ▲fast, burst: 5 }`,
    told: 'limits[0].perSecond: must be a number between 0.001 and 100000',
  },
  {
    fault: 'a figure out of bounds',
    text: `${head}  - { id: a, per: consumer, perSecond: ▲0, burst: 5 }`,
    told: 'limits[0].perSecond: must be a number between 0.001 and 100000',
  },
  {
    fault: 'a burst that is not whole',
    text: `${head}  - { id: a, per: consumer, perSecond: 1, burst: ▲5.5 }`,
    told: 'limits[0].burst: must be a whole number between 1 and 1000000',
  },
  {
    fault: 'a burst that a dear interaction never fits in',
    text: `${head}  - { id: a, per: consumer, perSecond: 1, burst: ▲4 }`,
    told: 'limits[0].burst: must be at least 5, what the dearest interaction that can meet it costs',
  },
  {
    fault: 'a figure left out',
    text: `${head}  - ▲{ id: a, per: consumer, burst: 5 }`,
    told: 'limits[0].perSecond: is missing',
  },
  {
    fault: 'a figure of another kind of limit',
    text: `${head}  - { id: a, per: provider-in-flight, inFlight: 3, burst: ▲5 }`,
    told: 'limits[0].burst: is no figure of a limit per provider-in-flight',
  },
  {
    fault: 'a selector of another dimension',
    text: `${head}  - { id: a, per: consumer, ▲provider: { asid: "200000000359" }, ${figures} }`,
    told: 'limits[0].provider: does not narrow a limit per consumer',
  },
  {
    fault: 'an id used twice',
    text: `${head}  - { id: a, per: consumer, ${figures} }\n  - { id: ▲a, per: provider, ${figures} }`,
    told: 'limits[1].id: a is the id of limits[0] already',
  },
  {
    fault: 'two rules of the same',
    text: `${head}  - { id: a, per: consumer, ${figures} }\n  - ▲{ id: b, per: consumer, ${figures} }`,
    told: 'limits[1]: speaks of the same as limits[0]',
  },
  {
    fault: 'a class that is not listed',
    text: `${head}  - { id: a, per: consumer, ▲consumer: { class: bluk }, ${figures} }`,
    told: 'limits[0].consumer: no class bluk is listed under classes',
  },
  {
    fault: 'a system in two classes',
    text: `${head.replace('"] }', '"], few: [▲"200000000359"] }')}  - { id: a, per: consumer, ${figures} }`,
    told: 'classes.few[0]: 200000000359 is in class bulk already; a system has one class',
  },
  {
    fault: 'a weight of a class that is not listed',
    text: `${head.replace('bulk: 3', 'bluk: ▲3')}  - { id: a, per: consumer, ${figures} }`,
    told: 'shares.weights.bluk: no class bluk is listed under classes',
  },
  {
    fault: 'what an edge that counts for itself should do without counters',
    text: `${head}  - { id: a, per: edge-in-flight, inFlight: 3, whenCountersAreAway: ▲refuse }`,
    told: 'limits[0].whenCountersAreAway: means nothing here: an edge counts for itself',
  },
])('$fault is told with its place', ({ text, told }) => {
  const [before = '', after = ''] = text.split('▲');
  const lines = before.split('\n');
  const place = `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
  expect(faults(before + after)).toContain(`${place}: ${told}`);
});

const everything = LimitsDocument.parse({
  classes: { bulk: ['200000000359', '012345678901'], none: [] },
  costs: { [slots]: 5 },
  shares: { weights: { bulk: 3 }, below: 0.25 },
  limits: [
    {
      id: 'a',
      per: 'consumer-provider',
      consumer: { class: 'bulk' },
      provider: { asid: '918999198738' },
      perSecond: 0.5,
      burst: 9,
    },
    {
      id: 'b',
      per: 'provider-interaction',
      interaction: slots,
      perSecond: 1,
      burst: 5,
      whenCountersAreAway: 'refuse',
    },
    { id: 'c', per: 'supplier', supplier: "O'Hare # & Co: no", mode: 'off' },
    { id: 'd', per: 'provider-in-flight', inFlight: 3, mode: 'shadow' },
  ],
});

test.for([
  { of: 'the defaults', limits: defaultLimits },
  { of: 'every kind of thing', limits: everything },
])('a file written of $of reads back to the same and says what its fields mean', ({ limits }) => {
  const text = writeLimitsFile(limits);
  expect(readLimitsFile(text)).toEqual({ read: true, file: limits });
  expect(text).toMatch(/^ *# Requests' worth of an interaction; 1 where it is not named\ncosts:/m);
  expect(text).toMatch(/^ *# *burst: How many requests a full bucket holds at once$/m);
});
