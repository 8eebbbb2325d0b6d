import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type RedisLink } from '../open-redis.ts';

const lua = readFileSync(new URL('take.lua', import.meta.url), 'utf8');
const digest = createHash('sha1').update(lua).digest('hex');

/** Runs take.lua by its digest, and teaches it to a Redis that does not know it. */
export async function runTakeScript(
  redis: RedisLink,
  keys: readonly string[],
  texts: readonly string[],
): Promise<unknown> {
  try {
    return await redis.evalsha(digest, keys.length, ...keys, ...texts);
  } catch (error) {
    // A restarted Redis has forgotten the script; it did nothing, so that the call can be repeated.
    const forgotten = error instanceof Error && error.message.startsWith('NOSCRIPT');
    if (!forgotten) throw error;
    return redis.eval(lua, keys.length, ...keys, ...texts);
  }
}
