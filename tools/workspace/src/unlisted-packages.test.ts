import { expect, test } from 'vitest';
import { unlistedPackages } from './unlisted-packages.ts';

test('what every machine needs must be listed, by its own name; tools and what one machine needs may be missing', () => {
  const bom = {
    components: [
      { name: 'pg', version: '8.0.0' },
      { group: '@a', name: 'b', version: '1.0.0' },
    ],
  };
  const packages = {
    '': {},
    'apps/edge': { version: '1.0.0' },
    'node_modules/pg': { version: '8.0.0' },
    'node_modules/@a/b': { version: '1.0.0' },
    'node_modules/alias': { name: 'pg', version: '8.0.0' },
    'node_modules/x/node_modules/pg': { version: '7.0.0' },
    'node_modules/zod': { version: '4.0.0' },
    'node_modules/tool': { version: '1.0.0', dev: true },
    'node_modules/windows': { version: '1.0.0', optional: true },
    'node_modules/@ssp/edge': { link: true },
  };
  expect(unlistedPackages(bom, { packages })).toEqual(['pg@7.0.0', 'zod@4.0.0']);
});
