import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { breakableLink } from './breakable-link.ts';
import { listenOnLoopback } from './listen-on-loopback.ts';

/** A server that says everything back, and a link to it. */
async function linkToEcho(resources: AsyncDisposableStack, onAnswered?: (bytes: number) => void) {
  const server = createServer((socket) => void socket.on('error', () => undefined).pipe(socket));
  const port = await listenOnLoopback(server);
  resources.defer(() => void server.close());
  const link = await breakableLink(`redis://127.0.0.1:${port}/0`, resources, onAnswered);
  const open = async (): Promise<Socket> => {
    const socket = connect(Number(new URL(link.url).port), '127.0.0.1');
    resources.defer(() => void socket.destroy());
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };
  return { link, open };
}

async function echoed(socket: Socket, said: string): Promise<string> {
  socket.write(said);
  return String((await once(socket, 'data'))[0]);
}

test('what is said on either side arrives, to the last byte, and is counted', async () => {
  await using resources = new AsyncDisposableStack();
  const told: number[] = [];
  const { link, open } = await linkToEcho(resources, (bytes) => told.push(bytes));
  const socket = await open();
  const said = 'x'.repeat(1_000_000);
  socket.end(said);
  expect(await text(socket)).toBe(said);
  expect(link.url).toMatch(/^redis:\/\/127\.0\.0\.1:\d+\/0$/);
  expect([link.answeredBytes(), told.at(-1)]).toEqual([said.length, said.length]);
});

test('a cut ends what is open and what is opened, until it is mended at the same address', async () => {
  await using resources = new AsyncDisposableStack();
  const { link, open } = await linkToEcho(resources);
  const before = await open();
  await echoed(before, 'a');
  const closed = once(before, 'close');
  link.cut();
  await closed;
  expect(await text(await open())).toBe('');
  link.mend();
  expect(await echoed(await open(), 'b')).toBe('b');
});

test('a stalled connection stands and says nothing, also once others pass again', async () => {
  await using resources = new AsyncDisposableStack();
  const { link, open } = await linkToEcho(resources);
  const before = await open();
  await echoed(before, 'a');
  link.stall();
  const during = await open();
  for (const socket of [before, during]) socket.write('lost');
  link.mend();
  expect(await echoed(await open(), 'b')).toBe('b');
  expect([before, during].map(({ bytesRead, readyState }) => ({ bytesRead, readyState }))).toEqual([
    { bytesRead: 1, readyState: 'open' },
    { bytesRead: 0, readyState: 'open' },
  ]);
});

test('another answer than that of the server is given while that is wanted', async () => {
  await using resources = new AsyncDisposableStack();
  const { link, open } = await linkToEcho(resources);
  const socket = await open();
  link.answer('no');
  expect(await echoed(socket, 'a')).toBe('no');
  link.mend();
  expect(await echoed(socket, 'b')).toBe('b');
});
