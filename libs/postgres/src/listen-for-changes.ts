import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type Pool } from 'pg';
import { type Logger } from 'pino';

const reconnectMs = 1_000;
/** How often the connection must prove that it still lives: one that the network has lost is merely silent. */
const proveMs = 10_000;

/** Takes what a notification carries; nothing when the connection was opened. */
export type OnChange = (payload?: string) => void;

/**
 * Calls `onChange` for every notification of a channel, over a connection kept for it and opened anew when it breaks; also after each opening, since changes may have gone unheard. Resolves once aborted.
 */
export async function listenForChanges(
  pool: Pool,
  onChange: OnChange,
  log: Logger,
  signal: AbortSignal,
  channel: string,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await listenOnce(pool, onChange, signal, channel);
    } catch (error) {
      if (signal.aborted) return;
      log.debug({ err: error, channel }, 'not listening for changes; trying again');
      await delay(reconnectMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

const ignore = () => undefined;

async function listenOnce(
  pool: Pool,
  onChange: OnChange,
  signal: AbortSignal,
  channel: string,
): Promise<void> {
  const client = await pool.connect();
  const heard = ({ payload }: { readonly payload?: string | undefined }) => onChange(payload);
  try {
    client.on('notification', heard);
    // The wait below hears the first error; a second one must not end the process.
    client.on('error', ignore);
    // Rejects when the connection breaks or the wait is aborted.
    const broken = once(client, 'end', { signal }).then(() => {
      throw new Error('the connection ended');
    });
    await Promise.race([client.query(`listen ${channel}`), broken]);
    onChange();
    for (;;) {
      await Promise.race([delay(proveMs, undefined, { signal }), broken]);
      await Promise.race([client.query('select'), broken]);
    }
  } finally {
    client.off('notification', heard);
    // Its subscription must not come back to the pool.
    client.release(true);
  }
}
