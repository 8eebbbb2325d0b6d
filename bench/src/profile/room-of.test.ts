import { expect, test } from 'vitest';
import { roomOf } from './room-of.ts';

test.for([
  { url: 'file:///srv/ssp/apps/edge/src/stages/record.ts', room: 'stage record' },
  { url: 'file:///srv/ssp/apps/edge/src/provider/provider-pass.ts', room: 'edge provider' },
  { url: 'file:///srv/ssp/apps/edge/src/audit.ts', room: 'edge audit' },
  { url: 'file:///srv/ssp/libs/spine/src/target.ts', room: 'libs/spine' },
  { url: 'file:///srv/ssp/node_modules/zod/v4/core/parse.js', room: 'zod' },
  { url: 'file:///srv/ssp/node_modules/@peculiar/x509/build/x509.js', room: '@peculiar/x509' },
  { url: 'file:///srv/ssp/node_modules/sonic-boom/index.js', room: 'pino' },
  { url: 'file:///srv/ssp/apps/edge/node_modules/undici/lib/core/util.js', room: 'undici' },
  { url: 'wasm://wasm/00034eea', room: 'undici' },
  { url: 'node:_http_outgoing', room: 'node http' },
  { url: 'node:internal/streams/writable', room: 'node streams' },
])('$url belongs to $room', ({ url, room }) => {
  expect(roomOf({ name: 'run', url, line: 1 })).toBe(room);
});

test.for(['', 'node:events', 'node:buffer', 'node:internal/url'])('%j works for its caller', (url) => {
  expect(roomOf({ name: 'run', url, line: 1 })).toBeNull();
});
