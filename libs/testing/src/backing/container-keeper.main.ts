import { once } from 'node:events';
import { removeContainers } from './container-leftovers.ts';

/** Waits until the leash ends it, then removes the containers of a directory, whose start is over by then. */
const [engine = '', dir = ''] = process.argv.slice(2);
const alive = setInterval(() => undefined, 2 ** 31 - 1);
await once(process, 'SIGTERM');
clearInterval(alive);
await removeContainers(new URL(engine), dir);
