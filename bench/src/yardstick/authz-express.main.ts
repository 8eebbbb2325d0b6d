// The yardstick's authz service on express, as most services of this kind are written.
import { createServer } from 'node:http';
import express from 'express';
import { createDecision, rulesFrom } from './authz-rules.ts';

const [port, ...rules] = process.argv.slice(2);
const mayPass = createDecision(rulesFrom(rules));

const app = express().disable('x-powered-by');
app.get('/authz', (req, res) => {
  res.status(mayPass(req.headers) ? 204 : 403).end();
});
createServer({ keepAliveTimeout: 65_000 }, app).listen(Number(port), '127.0.0.1');
