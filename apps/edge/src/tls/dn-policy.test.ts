import { expect, test } from 'vitest';
import { nameText } from './distinguished-name.ts';
import { dnFault, parseDnPolicy } from './dn-policy.ts';

const policy = parseDnPolicy('O=nhs, OU=Devices');
const subject = (...attributes: readonly (readonly [string, string])[]) =>
  attributes.map(([type, value]) => [{ type, value }]);

test.for([
  { what: 'as it should be', name: subject(['O', 'nhs'], ['OU', 'Devices']), fault: null },
  { what: 'in other letters', name: subject(['O', 'NHS'], ['OU', 'devices']), fault: null },
  { what: 'with more blanks', name: subject(['O', ' nhs '], ['OU', 'Devices']), fault: null },
  {
    what: 'with a second OU before',
    name: subject(['O', 'nhs'], ['OU', 'Ward'], ['OU', 'Devices']),
    fault: null,
  },
  { what: 'without O', name: subject(['OU', 'Devices']), fault: 'missing O' },
  { what: 'without OU', name: subject(['O', 'nhs']), fault: 'missing OU' },
  {
    what: 'with an O that begins alike',
    name: subject(['O', 'nhs trust'], ['OU', 'Devices']),
    fault: 'differs O',
  },
  { what: 'with the values exchanged', name: subject(['O', 'Devices'], ['OU', 'nhs']), fault: 'differs O' },
  { what: 'that is empty', name: [], fault: 'missing O' },
])('of a subject $what the policy finds $fault', ({ name, fault }) => {
  const found = dnFault(name, policy);
  const said = found && `${found.code.replace('certificate-dn-attribute-', '')} ${found.required.type}`;
  expect(said).toBe(fault);
});

test.for([
  { text: 'none', attributes: 0 },
  { text: 'O=nhs', attributes: 1 },
  { text: ' o = nhs ,ou=Devices,C=GB', attributes: 3 },
])('"$text" asks for $attributes attributes', ({ text, attributes }) => {
  expect(parseDnPolicy(text)).toHaveLength(attributes);
});

test.for(['', 'nhs', 'O=', '=nhs', 'X=nhs', 'O=nhs,,OU=Devices', 'none, O=nhs'])(
  '"%s" is no policy',
  (text) => {
    expect(() => parseDnPolicy(text)).toThrow('is no attribute');
  },
);

test.for([
  { value: 'a, b+c', text: 'a\\, b\\+c' },
  { value: ' a ', text: '\\ a\\ ' },
  { value: '#a', text: '\\#a' },
  { value: 'a\n\0b', text: 'a\\0a\\00b' },
  { value: '"<a>;=\\', text: '\\"\\<a\\>\\;\\=\\\\' },
  { value: 'Café 安', text: 'Café 安' },
])('a name of $text is written so', ({ value, text }) => {
  expect(nameText(subject(['O', 'nhs'], ['CN', value]))).toBe(`O=nhs, CN=${text}`);
});
