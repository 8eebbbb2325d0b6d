import { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { type Connection, type ConnectionUser } from './connection.ts';
import { ConnectionPool, type Waiter } from './connection-pool.ts';
import { type Dialled } from './dial.ts';

const limits = {
  waitingMax: 8,
  keepAliveMs: 60_000,
  headBytesMax: 1_000,
  headersMax: 10,
  closeDelimited: false,
};

const nobody: ConnectionUser = {
  head: () => undefined,
  data: () => undefined,
  end: () => undefined,
  fail: () => undefined,
  drained: () => undefined,
};

/** A pool with room for so many connections, what it dials, and who got which connection, in order. */
function smallPool(connectionsMax: number) {
  const dialled: Dialled[] = [];
  const got: { readonly name: string; readonly connection: Connection }[] = [];
  const pool = new ConnectionPool(
    (callbacks) => {
      dialled.push(callbacks);
      return { destroy: () => undefined };
    },
    { ...limits, connectionsMax },
    () => 0,
    { opened: () => undefined, refused: () => undefined },
  );
  const waiter = (name: string, wantsFresh: boolean): Waiter => ({
    wantsFresh,
    connected: (connection) => {
      connection.begin(nobody);
      got.push({ name, connection });
    },
    fail: () => undefined,
  });
  const open = () =>
    dialled.shift()?.opened(new TLSSocket(new Duplex({ read() {}, write: (_chunk, _as, done) => done() })), {
      read: () => undefined,
    });
  const last = () => {
    const entry = got.at(-1);
    if (entry === undefined) throw new Error('nobody has got a connection');
    return entry.connection;
  };
  return { pool, waiter, open, last, dialled, names: () => got.map(({ name }) => name) };
}

test('a full pool closes a connection that has served rather than give it to who wants a fresh one', () => {
  const { pool, waiter, open, last, names } = smallPool(1);
  pool.acquire(waiter('first', false));
  open();
  const served = last();
  pool.acquire(waiter('picky', true));
  pool.released(served);
  expect(served.isClosed).toBe(true);
  expect(names()).toEqual(['first']);
  open();
  expect(names()).toEqual(['first', 'picky']);
  expect(last().begun).toBe(1);
  expect(pool.sizes).toEqual({ busy: 1, idle: 0, dialling: 0, waiting: 0 });
});

test('who wants a fresh one keeps his turn, and others are served while it is made', () => {
  const { pool, waiter, open, last, names } = smallPool(2);
  pool.acquire(waiter('first', false));
  open();
  const one = last();
  pool.acquire(waiter('second', false));
  open();
  const two = last();
  pool.acquire(waiter('picky', true));
  pool.acquire(waiter('easy', false));
  pool.released(one);
  expect(one.isClosed).toBe(true);
  pool.released(two);
  expect(names()).toEqual(['first', 'second', 'easy']);
  open();
  expect(names()).toEqual(['first', 'second', 'easy', 'picky']);
});

test('two who want a fresh one wait for nothing that rests', () => {
  const { pool, waiter, open, last, dialled } = smallPool(2);
  pool.acquire(waiter('first', false));
  open();
  const one = last();
  pool.acquire(waiter('second', false));
  open();
  const two = last();
  pool.acquire(waiter('picky', true));
  pool.acquire(waiter('picky too', true));
  pool.released(one);
  pool.released(two);
  expect(dialled).toHaveLength(2);
});

test('a connection that rests gives way to a fresh one', () => {
  const { pool, waiter, open, last, dialled, names } = smallPool(1);
  pool.acquire(waiter('first', false));
  open();
  pool.released(last());
  pool.acquire(waiter('picky', true));
  expect(dialled).toHaveLength(1);
  open();
  expect(names()).toEqual(['first', 'picky']);
  expect(last().begun).toBe(1);
});
