// The yardstick's authz service on bare node:http: as little as such a service can cost.
import { createServer } from 'node:http';
import { createDecision, rulesFrom } from './authz-rules.ts';

const [port, ...rules] = process.argv.slice(2);
const mayPass = createDecision(rulesFrom(rules));

createServer({ keepAliveTimeout: 65_000 }, (req, res) => {
  res.writeHead(mayPass(req.headers) ? 204 : 403).end();
}).listen(Number(port), '127.0.0.1');
