import { expect, test } from 'vitest';
import { addRule, removeRule, setRule } from './edit-limits.ts';

const text = `# reviewed in March
classes: { bulk: [ 200000000999, 012345678901 ] }
costs: {}
shares: { weights: {}, below: 0.50 }
limits:
  # ours
  - { id: consumers, per: consumer, perSecond: 500, burst: 1000 }
  - id: one # the one
    per: consumer
    consumer: { asid: 012345678901 }
    perSecond: 3
    burst: 5
`;

test.for([
  {
    change: 'a changed field',
    changed: setRule(text, 'one', { burst: '7', perSecond: undefined }),
    expected: text.replace('burst: 5', 'burst: 7'),
  },
  {
    change: 'a field that was not stated',
    changed: setRule(text, 'consumers', { mode: 'shadow' }),
    expected: text.replace('burst: 1000 }', 'burst: 1000, mode: shadow }'),
  },
  {
    change: 'a rule more',
    changed: addRule(text, 'bulk', {
      per: 'consumer',
      consumer: { class: 'bulk' },
      mode: 'off',
      burst: undefined,
    }),
    expected: `${text}  - id: bulk\n    per: consumer\n    consumer:\n      class: bulk\n    mode: off\n`,
  },
  {
    change: 'a rule less',
    changed: removeRule(text, 'one'),
    expected: text.slice(0, text.indexOf('  - id: one')),
  },
])('$change leaves the rest of the text as it was written', ({ changed, expected }) => {
  expect(changed).toBe(expected);
});

test.for([
  { what: 'changing', edit: () => setRule(text, 'other', { burst: '1' }), said: 'there is no rule other' },
  { what: 'removing', edit: () => removeRule(text, 'other'), said: 'have consumers, one' },
  { what: 'adding', edit: () => addRule(text, 'one', {}), said: 'there is a rule one already' },
])('$what tells which rules there are', ({ edit, said }) => {
  expect(edit).toThrow(said);
});
