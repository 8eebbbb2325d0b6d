import { faultLine } from '@ssp/service/operator';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRulesFile } from './read-rules-file.ts';

const ia = 'urn:nhs:names:services:gpconnect:fhir:rest:search:slot-1';
const rule = '{ ruleId: a, agreementId: A, priority: 1, from: any, to: any, interaction: any, effect: allow';
const rest = `
capabilities: { slots: [${ia}] }
interactions: {}
aliases: {}
certificateNames: {}
`;

const faults = (text: string) => {
  const read = readRulesFile(text);
  return read.read ? [] : read.faults.map((fault) => faultLine(fault));
};

test('the sample file is read', async () => {
  const sample = join(import.meta.dirname, '../../../../infra/rules.sample.yaml');
  expect(faults(await readFile(sample, 'utf8'))).toEqual([]);
});

test('the example of the documentation is read', async () => {
  const page = join(import.meta.dirname, '../../../../docs/authorisation.md');
  const [, example = ''] = (await readFile(page, 'utf8')).split(/^```(?:yaml)?$/m);
  expect(faults(example)).toEqual([]);
});

test('JSON is read as well, numbers and all', () => {
  const file = {
    rules: [
      {
        ruleId: '1',
        agreementId: 'A',
        priority: 7,
        from: { ods: 'X26' },
        to: 'any',
        capability: 'slots',
        effect: 'deny',
      },
    ],
    capabilities: { slots: [ia] },
    interactions: { [ia]: { agreement: 'exempt', internet: false } },
    aliases: {},
    certificateNames: { '000000000001': ['a.nhs.uk'] },
  };
  expect(readRulesFile(JSON.stringify(file, null, 2))).toEqual({ read: true, file });
});

test('an identifier of digits keeps its zeros, and one that looks like a number its letters', () => {
  const read = readRulesFile(`
rules:
  - { ruleId: 007, agreementId: 1.0, priority: 1, from: { asid: 000000000012 }, to: { ods: 8E12 }, interaction: any, effect: allow }
${rest}`);
  expect(read).toMatchObject({
    file: {
      rules: [{ ruleId: '007', agreementId: '1.0', from: { asid: '000000000012' }, to: { ods: '8E12' } }],
    },
  });
});

// ▲ marks the place that must be told.
test.for<{ readonly fault: string; readonly text: string; readonly told: string }>([
  {
    fault: 'an unknown key',
    text: `rules:\n  - ${rule}, validTil: ▲2026-01-01T00:00:00Z }\n${rest}`,
    told: 'rules[0].validTil: is no known key; did you mean validTo?',
  },
  {
    fault: 'a key that nobody could have meant',
    text: `rules:\n  - ${rule}, colour: ▲red }\n${rest}`,
    told: 'rules[0].colour: is no known key',
  },
  {
    fault: 'a missing key',
    text: `rules:\n  - ▲${rule.replace(', effect: allow', '')} }\n${rest}`,
    told: 'rules[0].effect: is missing',
  },
  {
    fault: 'an unknown effect',
    text: `rules:\n  - ${rule.replace('allow', '▲permit')} }\n${rest}`,
    told: 'rules[0].effect: must be allow or deny',
  },
  {
    fault: 'a selector of two kinds',
    text: `rules:\n  - ${rule.replace('to: any', '▲to: { asid: 200000000359, ods: X26 }')} }\n${rest}`,
    told: 'rules[0].to: must be any, { asid: twelve digits } or { ods: letters and digits }',
  },
  {
    fault: 'a priority below all',
    text: `rules:\n  - ${rule.replace('priority: 1', 'priority: ▲-1')} }\n${rest}`,
    told: 'rules[0].priority: must be a whole number',
  },
  {
    fault: 'a priority above all',
    text: `rules:\n  - ${rule.replace('priority: 1', 'priority: ▲1000000001')} }\n${rest}`,
    told: 'rules[0].priority: must lie between 0 and 1000000000',
  },
  {
    fault: 'an id used twice',
    text: `rules:\n  - ${rule} }\n  - ${rule.replace('ruleId: a', 'ruleId: ▲a')} }\n${rest}`,
    told: 'rules[1].ruleId: a is the id of rules[0] already',
  },
  {
    fault: 'a capability that is listed nowhere',
    text: `rules:\n  - ${rule.replace('interaction: any', 'capability: ▲bookings')} }\n${rest}`,
    told: 'rules[0].capability: no capability bookings is listed under capabilities',
  },
  {
    fault: 'an interaction beside a capability',
    text: `rules:\n  - ${rule}, capability: ▲slots }\n${rest}`,
    told: 'rules[0].capability: stands beside an interaction; a rule names one of the two',
  },
  {
    fault: 'neither of the two',
    text: `rules:\n  - ▲${rule.replace('interaction: any, ', '')} }\n${rest}`,
    told: 'rules[0]: names neither an interaction nor a capability; for all of them write interaction: any',
  },
  {
    fault: 'an end before its beginning, by the hours of two zones',
    text: `rules:\n  - ${rule}, validFrom: 2026-01-02T00:00:00Z, validTo: ▲2026-01-02T00:30:00+01:00 }\n${rest}`,
    told: 'rules[0].validTo: ends before it begins',
  },
  {
    fault: 'a day in place of a moment',
    text: `rules:\n  - ${rule}, validFrom: ▲2026-01-02 }\n${rest}`,
    told: 'rules[0].validFrom: must be a moment such as 2026-04-01T00:00:00Z',
  },
  {
    fault: 'an agreement named as the lack of one is',
    text: `rules:\n  - ${rule.replace('agreementId: A', 'agreementId: ▲default')} }\n${rest}`,
    told: 'rules[0].agreementId: default stands for the lack of an agreement; name yours otherwise',
  },
  {
    fault: 'text that is no YAML',
    text: `rules: []\n▲@rules: []\n${rest}`,
    told: 'Plain value cannot start with reserved character @',
  },
  {
    fault: 'a key written twice',
    text: `rules:\n  - ${rule}, ▲effect: deny }\n${rest}`,
    told: 'Map keys must be unique',
  },
  {
    fault: 'a section left out',
    text: `▲rules: []\n${rest.replace('aliases: {}\n', '').trim()}`,
    told: 'aliases: is missing',
  },
  {
    fault: 'an alias that leads to another',
    text: `rules: []\n${rest.replace('aliases: {}', `aliases:\n  ${ia}: ▲${ia}2\n  ${ia}2: ${ia}3`)}`,
    told: `aliases["${ia}"]: leads to ${ia}2, which is itself an alias; write what is registered in the end`,
  },
  {
    fault: 'an alias of itself',
    text: `rules: []\n${rest.replace('aliases: {}', `aliases:\n  ${ia}: ▲${ia}`)}`,
    told: `aliases["${ia}"]: is an alias of itself`,
  },
  {
    fault: 'a policy of something that is no interaction',
    text: `rules: []\n${rest.replace('interactions: {}', 'interactions:\n  ▲urn:x: { agreement: deny }')}`,
    told: 'interactions["urn:x"]: an interaction id starts with urn:nhs:names:services:',
  },
  {
    fault: 'an unknown policy',
    text: `rules: []\n${rest.replace('interactions: {}', `interactions:\n  ${ia}: { agreement: ▲never }`)}`,
    told: `interactions["${ia}"].agreement: must be allow, deny or exempt`,
  },
  {
    fault: 'a certificate name with a wildcard',
    text: `rules: []\n${rest.replace('certificateNames: {}', "certificateNames:\n  200000000359: [▲'*.nhs.uk']")}`,
    told: 'certificateNames.200000000359[0]: must be a full host name, without a wildcard',
  },
  {
    fault: 'a certificate name listed twice, in other letters',
    text: `rules: []\n${rest.replace('certificateNames: {}', 'certificateNames:\n  200000000359: [a.nhs.uk, ▲A.nhs.uk]')}`,
    told: 'certificateNames.200000000359[1]: A.nhs.uk is listed twice',
  },
])('$fault is told with its place', ({ text, told }) => {
  const [before = '', after = ''] = text.split('▲');
  const lines = before.split('\n');
  const place = `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
  expect(faults(before + after)).toEqual([`${place}: ${told}`]);
});

test('all faults are told at once, in the order of the text', () => {
  const text = `rules:\n  - ${rule.replace('allow', 'permit')} }\n  - ${rule}, colour: red }\n  - { ruleId: 'a b' }\n${rest.replace('aliases: {}', 'aliases: []')}`;
  expect(faults(text).map((line) => /^line (\d+).*?: ([^ ]+):/.exec(line)?.slice(1).join(' '))).toEqual([
    '2 rules[0].effect',
    '3 rules[1].ruleId',
    '3 rules[1].colour',
    '4 rules[2].agreementId',
    '4 rules[2].priority',
    '4 rules[2].from',
    '4 rules[2].to',
    '4 rules[2].effect',
    '4 rules[2]',
    '4 rules[2].ruleId',
    '8 aliases',
  ]);
});

test('of very many faults the first hundred are told, and how many there are', () => {
  const text = `rules:\n${`  - ${rule.replace('allow', 'permit')} }\n`.repeat(300)}${rest}`;
  const read = readRulesFile(text);
  expect(read.read ? null : [read.faults.length, read.faultCount]).toEqual([100, 599]);
});

test('a text that stands for an endless one is refused', () => {
  const levels = Array.from(
    { length: 9 },
    (_, level) =>
      `l${level}: &l${level} [${Array(9)
        .fill(`*l${level - 1}`)
        .join(',')}]`,
  );
  expect(faults(['l: &l-1 x', ...levels].join('\n'))).not.toEqual([]);
});
