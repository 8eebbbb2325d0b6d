import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { edgeRefusalOf, edgeRefusals } from './edge-refusals.ts';

const page = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8');

/** The section of the page whose table lists a code, by its anchor. */
function sectionOf(code: string): string | undefined {
  const sections = page.split(/^## /m).slice(1);
  const section = sections.find((text) => new RegExp(`^\\| \`${code}\` `, 'm').test(text));
  return section?.slice(0, section.indexOf('\n')).toLowerCase().replaceAll("'", '').replaceAll(' ', '-');
}

test.for(Object.entries(edgeRefusals))(
  '%s is told of where the explanation points',
  ([code, { section }]) => {
    expect(sectionOf(code)).toBe(section);
  },
);

test.for([null, 'no-agreement', 'something-new'])('%s is no refusal of the edge', (code) => {
  expect(edgeRefusalOf(code)).toBeNull();
});
