import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type Pool } from 'pg';
import { type Logger } from 'pino';

const reconnectMs = 1_000;
/** How often the connection must prove that it still lives: one that the network has lost is merely silent. */
const proveMs = 10_000;

/**
 * Calls `onChange` for every change of the rules, over a connection kept for it and opened anew when it breaks; also
 * after each opening, since changes may have gone unheard. Resolves once aborted.
 */
export async function listenForChanges(
  pool: Pool,
  onChange: () => void,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await listenOnce(pool, onChange, signal);
    } catch (error) {
      if (signal.aborted) return;
      log.debug({ err: error }, 'not listening for changes of the rules; trying again');
      await delay(reconnectMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

const ignore = () => undefined;

async function listenOnce(pool: Pool, onChange: () => void, signal: AbortSignal): Promise<void> {
  const client = await pool.connect();
  try {
    client.on('notification', onChange);
    // The wait below hears the first error; a second one must not end the process.
    client.on('error', ignore);
    // Rejects when the connection breaks or the wait is aborted.
    const broken = once(client, 'end', { signal }).then(() => {
      throw new Error('the connection ended');
    });
    await Promise.race([client.query('listen authz_rules_version'), broken]);
    onChange();
    for (;;) {
      await Promise.race([delay(proveMs, undefined, { signal }), broken]);
      await Promise.race([client.query('select'), broken]);
    }
  } finally {
    client.off('notification', onChange);
    // Its subscription must not come back to the pool.
    client.release(true);
  }
}
