import { expect, test } from 'vitest';
import { anchors, codeSpans, linksWithin, readPages } from './pages.ts';

test('headings get the names that links use, a second one of the same name a number', () => {
  const text =
    '# The `ssp` line\n\n## Drop, or keep?\n## [Told](x.md) twice\n## Told twice\n\n```sh\n# no heading\n```\n';
  expect([...anchors(text)]).toEqual(['the-ssp-line', 'drop-or-keep', 'told-twice', 'told-twice-1']);
});

test('links within the repository are told by file and heading, others and those in code are not', () => {
  const text = '[a](b.md), [c](#d), [e](../f.md#g), ![h](i.png), [j](https://k.example/l), `[m](n)`\n';
  expect(linksWithin(text)).toEqual([
    { file: 'b.md', heading: '' },
    { file: '', heading: 'd' },
    { file: '../f.md', heading: 'g' },
    { file: 'i.png', heading: '' },
  ]);
});

test('code marks are found over the end of a line, and blocks are left out', () => {
  expect(codeSpans('Say `ssp\nstatus` or ``a `b` c``.\n\n```sh\n`no`\n```\n')).toEqual([
    'ssp status',
    'a `b` c',
  ]);
});

test('the pages of the repository are found', () => {
  const names = readPages().map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs/README.md']));
});
