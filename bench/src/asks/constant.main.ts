// As little as a service that answers asks over HTTP can cost: reads each body and answers the same text, whatever was asked.
import { createServer } from 'node:http';

const [port, answerBytes] = process.argv.slice(2).map(Number);
if (port === undefined || answerBytes === undefined) throw new Error('the port and the size are missing');
const texts = new Map([1, 8, 32].map((asks) => [String(asks), 'x'.repeat(asks * answerBytes)]));

createServer({ keepAliveTimeout: 65_000 }, (req, res) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    const text = texts.get(req.url?.slice(1) ?? '') ?? '';
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length }).end(text);
  });
}).listen(port, '127.0.0.1');
