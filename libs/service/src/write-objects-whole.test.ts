import { pino } from 'pino';
import { expect, test } from 'vitest';
import { writeObjectsWhole } from './write-objects-whole.ts';

const circular: Record<string, unknown> = {};
circular['itself'] = circular;

test.for<readonly [string, object | null, string | undefined]>([
  [
    'plain values',
    { status: 200, totalMs: 14.62, refusal: null, whole: true, from: '200000000359' },
    'exchange',
  ],
  ['what JSON escapes', { 'a "name"': 'line\nand "quote"\u2028' }, 'a "text"'],
  ['what is left out', { absent: undefined, call: () => 1, status: 1 }, 'exchange'],
  ['what is no number', { ratio: Number.NaN, far: Infinity }, 'exchange'],
  ['what is within', { https: { host: '::', port: 443 }, names: ['a', 'b'], at: new Date(0) }, 'edge open'],
  ['nothing', {}, 'started'],
  ['no object', null, 'started'],
  ['no message', { status: 200 }, undefined],
  ['only a message of its own', { msg: 'own' }, undefined],
  ['an error', { err: Object.assign(new Error('gone'), { code: 'ECONNRESET' }), backOffMs: 50 }, 'repeated'],
  ['an error alone', new Error('gone'), undefined],
  ['a circle', { circular }, 'odd'],
  ['a number that JSON does not know', { big: 12n }, 'odd'],
])('writes %s as pino does', ([, object, message]) => {
  expect(lines(false, object, message)).toEqual(lines(true, object, message));
});

test('holds for children and their bindings', () => {
  const [line = ''] = lines(true, { status: 200 }, 'exchange');

  expect(line).toBe('{"level":30,"name":"edge","part":"door","status":200,"msg":"exchange"}\n');
});

/** What a log and its child write, the fast way or pino's. */
function lines(whole: boolean, object: object | null, message: string | undefined): readonly string[] {
  const written: string[] = [];
  const own = { name: 'edge', base: { name: 'edge' }, timestamp: false };
  const plain = pino(own, { write: (line: string) => void written.push(line) });
  const log = whole ? writeObjectsWhole(plain) : plain;
  log.child({ part: 'door' }).info(object, message);
  log.info(object, message);
  return written;
}
