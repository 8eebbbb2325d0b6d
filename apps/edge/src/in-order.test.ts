import { createServer } from 'node:http';
import { listen } from '@ssp/service';
import express, { type NextFunction, type Request, type Response } from 'express';
import { expect, test } from 'vitest';
import { type Stage } from './exchange.ts';
import { inOrder } from './in-order.ts';

const seen: string[] = [];
const note =
  (name: string): Stage =>
  (_req, _res, next) => {
    seen.push(name);
    next();
  };

async function answerOf(stages: readonly Stage[]): Promise<string> {
  await using resources = new AsyncDisposableStack();
  seen.length = 0;
  const app = express()
    .use(inOrder(stages))
    .use((_req, res) => void res.end('none answered'))
    .use((error: unknown, _req: Request, res: Response, _next: NextFunction) => {
      res.end(`failed: ${error instanceof Error ? error.message : String(error)}`);
    });
  const { port } = await listen(createServer(app), { host: '127.0.0.1', port: 0 }, resources);
  const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
  return answer.text();
}

const throws: Stage = () => {
  throw new Error('thrown');
};
const rejects: Stage = () => Promise.reject(new Error('rejected'));
const handsOn: Stage = (_req, _res, next) => next(new Error('handed on'));
const answers: Stage = (_req, res) => void res.end('answered');
const waits: Stage = async (_req, _res, next) => {
  await new Promise(setImmediate);
  seen.push('waited');
  next();
};

test.for([
  {
    what: 'each after the other',
    stages: [note('a'), waits, note('b'), answers],
    order: ['a', 'waited', 'b'],
    expected: 'answered',
  },
  { what: 'none answers', stages: [note('a')], order: ['a'], expected: 'none answered' },
  { what: 'a stage throws', stages: [throws, note('never')], order: [], expected: 'failed: thrown' },
  {
    what: 'a stage rejects',
    stages: [note('a'), rejects, note('never')],
    order: ['a'],
    expected: 'failed: rejected',
  },
  {
    what: 'a stage hands an error on',
    stages: [handsOn, note('never')],
    order: [],
    expected: 'failed: handed on',
  },
  {
    what: 'a stage throws behind one that waits',
    stages: [waits, throws],
    order: ['waited'],
    expected: 'failed: thrown',
  },
])('$what', async ({ stages, order, expected }) => {
  expect(await answerOf(stages)).toBe(expected);
  expect(seen).toEqual(order);
});
