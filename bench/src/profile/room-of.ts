import { type Frame } from './cpu-profile.ts';

/** Packages that belong to another one, as far as people care. */
const familyOf: ReadonlyMap<string, string> = new Map([
  ['router', 'express'],
  ['path-to-regexp', 'express'],
  ['debug', 'express'],
  ['parseurl', 'express'],
  ['sonic-boom', 'pino'],
  ['quick-format-unescaped', 'pino'],
  ['safe-stable-stringify', 'pino'],
  ['@pinojs/redact', 'pino'],
  ['fast-redact', 'pino'],
  ['httpxy', 'http-proxy-middleware'],
]);

/** Rooms of Node's own code by the start of a module's name; what is not here works for whoever calls it. */
const nodeRooms = [
  ['node:_http', 'node http'],
  ['node:https', 'node http'],
  ['node:net', 'node sockets'],
  ['node:internal/tls', 'node sockets'],
  ['node:_tls', 'node sockets'],
  ['node:internal/stream_base_commons', 'node sockets'],
  ['node:internal/streams', 'node streams'],
  ['node:internal/timers', 'node timers'],
  ['node:timers', 'node timers'],
] as const;

/**
 * The room of the code that a function belongs to: a stage or folder of the edge, a lib, a package, a part of Node.
 * Null for what has none of its own (native code, events, buffers …) and works for its caller.
 */
export function roomOf({ url, name }: Frame): string | null {
  if (name === '(garbage collector)') return 'garbage collection';
  if (url.startsWith('wasm:')) return 'undici';
  if (url.startsWith('node:')) return nodeRooms.find(([start]) => url.startsWith(start))?.[1] ?? null;
  const dependency = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (dependency !== undefined) return familyOf.get(dependency) ?? dependency;
  const stage = /\/apps\/\w+\/src\/stages\/([^/]+)\.ts$/.exec(url)?.[1];
  if (stage !== undefined) return `stage ${stage}`;
  const folder = /\/apps\/(\w+\/src\/[^/]+?)(?:\.ts$|\/)/.exec(url)?.[1];
  if (folder !== undefined) return folder.replace('/src/', ' ');
  return /\/(libs\/\w+)\//.exec(url)?.[1] ?? null;
}
