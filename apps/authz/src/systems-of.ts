import { SystemsOfAsk, type SystemsOfAnswer, throttleUseAsidsMax } from '@ssp/contracts';
import { EndpointError } from '@ssp/service';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { snapshotOr503 } from './answer-asks.ts';
import { bears } from './decide.ts';
import { type CurrentSnapshot } from './keep-snapshot.ts';
import { type Snapshot, type System } from './snapshot.ts';

/** Systems that are looked at before decisions get their turn: a fraction of a millisecond. */
const systemsPerTurn = 4_000;

/**
 * Answers which systems a certificate stands for, by the rule of the decision itself. Throws EndpointError: 400 for what is no
 * such ask, 503 where no decision can be made.
 */
export function systemsOf(current: CurrentSnapshot): (body: unknown) => Promise<SystemsOfAnswer> {
  return async (body) => {
    const ask = SystemsOfAsk.safeParse(body);
    if (!ask.success) throw new EndpointError(400, z.prettifyError(ask.error));
    const snapshot = snapshotOr503(current);
    const { asid } = ask.data;
    const names = ask.data.certificateNames
      .map((name) => name.toLowerCase())
      .filter((name) => snapshot.names.has(name));
    if (names.length === 0) return { known: false, asids: [], total: 0 };
    if (asid === null) return { known: true, ...(await bearersOf(snapshot, names)) };
    const system = snapshot.systems.get(asid);
    const bearer = system !== undefined && bearsAny(snapshot, system, names);
    return { known: true, asids: bearer ? [asid] : [], total: Number(bearer) };
  };
}

/** There is no index by name: nobody but this asks, and seldom. */
async function bearersOf(snapshot: Snapshot, names: readonly string[]) {
  const asids: string[] = [];
  let total = 0;
  let looked = 0;
  for (const system of snapshot.systems.values()) {
    if (++looked % systemsPerTurn === 0) await nextTurn();
    if (!bearsAny(snapshot, system, names)) continue;
    total += 1;
    const highest = asids.length < throttleUseAsidsMax ? undefined : asids.at(-1);
    if (highest !== undefined && highest < system.asid) continue;
    asids.push(system.asid);
    asids.sort();
    if (highest !== undefined) asids.pop();
  }
  return { asids, total };
}

const bearsAny = (snapshot: Snapshot, system: System, names: readonly string[]) =>
  names.some((name) => bears(snapshot, system, name));
