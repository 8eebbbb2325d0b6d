import { expect, test } from 'vitest';
import { environmentOf, nodeFlagsOf } from './process-settings.ts';

test('an environment is read whole, values with an equals sign and empty ones too', () => {
  expect(environmentOf('PATH=/bin\0EDGE_CONNECT_TO=a:443:b:1=\0EMPTY=\0')).toEqual({
    PATH: '/bin',
    EDGE_CONNECT_TO: 'a:443:b:1=',
    EMPTY: '',
  });
});

test.for([
  { cmdline: 'node\0--max-semi-space-size=64\0main.ts\0--help\0', flags: ['--max-semi-space-size=64'] },
  { cmdline: 'node\0main.ts\0', flags: [] },
])('Node’s own flags of %o', ({ cmdline, flags }) => {
  expect(nodeFlagsOf(cmdline)).toEqual(flags);
});
