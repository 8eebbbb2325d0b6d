import { expect, test } from 'vitest';
import { formatJson, formatProperties, formatTable } from './table.ts';

test('columns are as wide as their widest cell, and no line ends in blanks', () => {
  const rows = [
    ['200000000359', 'R1A14', ''],
    ['1', 'a longer one', 'x'],
  ];
  expect(formatTable(['ASID', 'organisation', 'product'], rows)).toBe(
    ['ASID          organisation  product', '200000000359  R1A14', '1             a longer one  x', ''].join(
      '\n',
    ),
  );
});

test('properties are lined up', () => {
  expect(
    formatProperties([
      ['ASID', '1'],
      ['party key', 'X-1'],
    ]),
  ).toBe('ASID       1\nparty key  X-1\n');
});

test.for([
  { what: 'an escape sequence', cell: '\u001b[2Jgone', shown: '\\u001b[2Jgone' },
  { what: 'a line break', cell: 'a\nb', shown: 'a\\u000ab' },
  { what: 'a text that turns its direction', cell: '\u202eexe', shown: '\\u202eexe' },
  { what: 'letters beyond ASCII', cell: 'Ångström', shown: 'Ångström' },
])('$what in a cell is shown and not obeyed', ({ cell, shown }) => {
  expect(formatTable(['name'], [[cell]])).toBe(`name\n${shown}\n`);
});

test('JSON ends its last line', () => {
  expect(formatJson({ a: 1 })).toBe('{\n  "a": 1\n}\n');
});
