import { createServer } from 'node:http';
import { listen } from '@ssp/service';
import express from 'express';
import { expect, test } from 'vitest';
import { expressMessages } from './express-messages.ts';

test('messages reach the app with the prototype that they were made with, and are Express’s own', async () => {
  await using resources = new AsyncDisposableStack();
  const app = express();
  const server = createServer(expressMessages(app));
  const made: object[] = [];
  server.on('request', (req, res) => {
    made.push(Object.getPrototypeOf(req), Object.getPrototypeOf(res));
    app(req, res);
  });
  const reached: object[] = [];
  app.use((req, res) => {
    reached.push(Object.getPrototypeOf(req), Object.getPrototypeOf(res));
    res.status(418).json({ app: req.app === app, accepts: req.accepts('json') });
  });
  const { port } = await listen(server, { host: '127.0.0.1', port: 0 }, resources);
  const headers = { accept: 'application/json', connection: 'close' };
  const answer = await fetch(`http://127.0.0.1:${port}/`, { headers });
  expect(answer.status).toBe(418);
  expect(await answer.json()).toEqual({ app: true, accepts: 'json' });
  expect(reached).toHaveLength(2);
  expect(reached[0]).toBe(made[0]);
  expect(reached[1]).toBe(made[1]);
});
