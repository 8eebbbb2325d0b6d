import { type Frame, type Stack } from './cpu-profile.ts';
import { roomOf } from './room-of.ts';

/** Samples that fell to something: on top of the stack, and with all that it called. */
export type Charge = { readonly name: string; readonly own: number; readonly within: number };

/** What runs outside JavaScript. V8 takes reading from sockets for idleness, so neither says how much work it was. */
const outside: ReadonlySet<string> = new Set(['(idle)', '(program)', '(root)']);
const socketWrites: ReadonlySet<string> = new Set([
  'writev',
  'writeBuffer',
  'writeUtf8String',
  'writeLatin1String',
  'writeAsciiString',
]);

/** The stacks whose time JavaScript is to answer for. */
export function inJavaScript(stacks: readonly Stack[]): readonly Stack[] {
  return stacks.filter(({ frames: [top] }) => top !== undefined && !outside.has(top.name));
}

/** Charges every sample to the room on whose behalf it ran, the dearest first. */
export function chargeRooms(stacks: readonly Stack[]): readonly Charge[] {
  return charge(stacks, (frames) => ({
    own: ownerOf(frames),
    within: new Set([ownerOf(frames), ...frames.flatMap((frame) => roomOf(frame) ?? [])]),
  }));
}

/** Charges every sample to the function it was found in, the dearest first. */
export function chargeFunctions(stacks: readonly Stack[]): readonly Charge[] {
  return charge(stacks, (frames) => ({
    own: describe(frames[0]),
    within: new Set(frames.map(describe)),
  }));
}

function charge(
  stacks: readonly Stack[],
  namesOf: (frames: readonly Frame[]) => { readonly own: string; readonly within: ReadonlySet<string> },
): readonly Charge[] {
  const own = new Map<string, number>();
  const within = new Map<string, number>();
  for (const { frames, samples } of stacks) {
    const names = namesOf(frames);
    own.set(names.own, (own.get(names.own) ?? 0) + samples);
    for (const name of names.within) within.set(name, (within.get(name) ?? 0) + samples);
  }
  return [...own]
    .map(([name, samples]) => ({ name, own: samples, within: within.get(name) ?? samples }))
    .toSorted((a, b) => b.own - a.own);
}

function ownerOf(frames: readonly Frame[]): string {
  const [top] = frames;
  // Encryption and the system call happen inside; worth a line for each leg.
  if (top?.url === '' && socketWrites.has(top.name)) return `socket write: ${legOf(frames)}`;
  for (const frame of frames) {
    const room = roomOf(frame);
    if (room !== null) return room;
  }
  return 'node, other';
}

function legOf(frames: readonly Frame[]): string {
  for (const [index, { url }] of frames.entries()) {
    if (url.startsWith('node:_http_')) return 'consumer';
    if (url.includes('/kafkajs/')) return 'kafka';
    if (url.includes('/undici/'))
      return frames.slice(index).some((frame) => frame.url.includes('/src/ask/')) ? 'asks' : 'provider';
  }
  return 'other';
}

function describe(frame: Frame | undefined): string {
  if (frame === undefined) return '(unknown)';
  const { name, url, line } = frame;
  const shown = name === '' ? '(anonymous)' : name;
  if (url === '') return shown;
  const file = url.replace(/^.*\/node_modules\//, '').replace(/^.*\/(?=(?:apps|libs)\/)/, '');
  return `${shown} ${file}:${line}`;
}
