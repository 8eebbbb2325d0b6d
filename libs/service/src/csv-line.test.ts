import { expect, test } from 'vitest';
import { csvLine } from './csv-line.ts';

test.for([
  { values: ['a', 1, null, undefined, ''], line: 'a,1,,,\r\n' },
  { values: ['a,b', 'say "no"', 'two\nlines'], line: '"a,b","say ""no""","two\nlines"\r\n' },
  { values: ['=1+1', '+1', '-1+2', '@sum', '\tx'], line: "'=1+1,'+1,'-1+2,'@sum,'\tx\r\n" },
  { values: ['a=1', '/https://host/', -1, '-0.50'], line: 'a=1,/https://host/,-1,-0.50\r\n' },
])('$values is written as $line', ({ values, line }) => {
  expect(csvLine(values)).toBe(line);
});
