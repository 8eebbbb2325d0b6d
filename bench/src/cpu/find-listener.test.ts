import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { findListener } from './find-listener.ts';
import { readProcesses } from './cpu-time.ts';

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
