import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { listeningPorts, parseListening } from './listening-sockets.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:20FB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 x 100 0 0 10 0
   1: 0100007F:20FB 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 x 20 4 30 10 -1
   2: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 x 100 0 0 10 0
`;

test('of a table the listening sockets alone are read', () => {
  expect(parseListening(table)).toEqual([
    { port: 8_443, inode: '4711' },
    { port: 80, inode: '4713' },
  ]);
});

test('this process is found by the port it listens on, as long as it does', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  expect(listeningPorts(process.pid)).toContain(port);
  await once(server.close(), 'close');
  expect(listeningPorts(process.pid)).not.toContain(port);
});
