import { expect, test } from 'vitest';
import { withPart } from './page-part.ts';

const page = `# Title

<!-- load: begin -->

old

<!-- load: end -->

<!-- memory: begin -->

kept

<!-- memory: end -->
`;

test('a part is written in its place, and the others stay', () => {
  expect(withPart(page, 'load', 'new\n')).toBe(page.replace('old', 'new'));
});

test('a part that is not there yet goes to the end', () => {
  expect(withPart('# Title\n', 'load', 'new')).toBe(
    '# Title\n\n<!-- load: begin -->\n\nnew\n\n<!-- load: end -->\n',
  );
});
