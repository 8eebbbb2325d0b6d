import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { findListener, listeningInodes } from './find-listener.ts';
import { readProcesses } from './cpu-time.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:20FB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 x 100 0 0 10 0
   1: 0100007F:20FB 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 x 20 4 30 10 -1
   2: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 x 100 0 0 10 0
`;

test.for([
  { port: 8443, inodes: ['4711'] },
  { port: 80, inodes: ['4713'] },
  { port: 54_321, inodes: [] },
])('of port $port the listening sockets alone are $inodes', ({ port, inodes }) => {
  expect(listeningInodes(table, port)).toEqual(inodes);
});

test('a listener is found under its own name and under no other', async () => {
  const server = createServer();
  try {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const command = readProcesses().get(process.pid)?.command ?? '';
    expect(findListener(port, command)).toBe(process.pid);
    expect(findListener(port, 'postgres')).toBeUndefined();
  } finally {
    server.close();
  }
});
