import { readFileSync, writeFileSync } from 'node:fs';
import { startStubTimeServer } from '@ssp/testing';

// A time server in a container of its own, which lies by as many milliseconds as /tmp/lie-ms says at the moment.
const resources = new AsyncDisposableStack();
const lieMs = (): number => {
  try {
    return Number(readFileSync('/tmp/lie-ms', 'utf8'));
  } catch {
    return 0;
  }
};
await startStubTimeServer({}, resources, () => Date.now() + lieMs(), { host: '0.0.0.0', port: 1123 });
writeFileSync('/tmp/listening', '');
process.on('SIGTERM', () => void resources.disposeAsync());
