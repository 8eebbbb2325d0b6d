import { expect, test } from 'vitest';
import { chargeFunctions, chargeRooms, inJavaScript } from './charge.ts';
import { CpuProfile, stacksOf } from './cpu-profile.ts';

const frame = (id: number, functionName: string, url: string, children: readonly number[] = []) => ({
  id,
  callFrame: { functionName, url, lineNumber: 9 },
  children,
});
const edge = 'file:///srv/ssp/apps/edge/src';
const packages = 'file:///srv/ssp/node_modules';

const profile = CpuProfile.parse({
  nodes: [
    frame(1, '(root)', '', [2, 3, 4]),
    frame(2, '(idle)', ''),
    frame(3, 'handle', `${packages}/express/lib/application.js`, [5, 6]),
    frame(4, 'onHttpSocketReadable', `${packages}/undici/lib/dispatcher/client-h1.js`, [9]),
    frame(5, '', `${edge}/stages/forward.ts`, [7]),
    frame(6, 'byteLength', 'node:buffer'),
    frame(7, 'writeH1', `${packages}/undici/lib/dispatcher/client-h1.js`, [8]),
    frame(8, 'writeLatin1String', ''),
    frame(9, 'end', 'node:_http_outgoing', [10]),
    frame(10, 'writev', ''),
  ],
  samples: [2, 2, 2, 3, 6, 5, 8, 8, 10, 10, 10, 7],
});
const stacks = inJavaScript(stacksOf(profile));

test('idleness is nobody’s work', () => {
  expect(stacks.reduce((sum, { samples }) => sum + samples, 0)).toBe(9);
});

test('a room pays for itself and for code that works for its caller; sockets pay by leg', () => {
  expect(chargeRooms(stacks)).toEqual([
    { name: 'socket write: consumer', own: 3, within: 3 },
    { name: 'express', own: 2, within: 6 },
    { name: 'socket write: provider', own: 2, within: 2 },
    { name: 'stage forward', own: 1, within: 4 },
    { name: 'undici', own: 1, within: 6 },
  ]);
});

test('a function is named with its file and line', () => {
  expect(chargeFunctions(stacks)).toContainEqual({
    name: '(anonymous) apps/edge/src/stages/forward.ts:10',
    own: 1,
    within: 4,
  });
  expect(chargeFunctions(stacks)).toContainEqual({
    name: 'writeH1 undici/lib/dispatcher/client-h1.js:10',
    own: 1,
    within: 3,
  });
});
