import { setTimeout as sleep } from 'node:timers/promises';
import { type Drill } from '../drill.ts';

const heldMs = 10_000;

const backing = [
  {
    name: 'kafka-away',
    program: 'Kafka',
    expected: 'No request is refused: audit events wait on the disk of the edge and are delivered in full',
  },
  {
    name: 'redis-away',
    program: 'Redis',
    expected: 'No request is refused: throttle counts by itself meanwhile',
  },
  {
    name: 'postgres-away',
    program: 'Postgres',
    expected: 'No request is refused: decisions go by what is in memory; audit and billing catch up',
  },
  {
    name: 'ldap-away',
    program: 'OpenLDAP',
    expected: 'No request is refused: decisions go by the copy of the directory',
  },
] as const;

/** Each backing service hangs for a while, comes back, is killed, and comes back. */
export const backingDrills: readonly Drill[] = backing.map(({ name, program, expected }) => ({
  name,
  does: `${program} hangs for ${heldMs / 1_000} s (SIGSTOP), goes on, then is killed and started again`,
  expected,
  allowed: { refusals: [], cutOff: false },
  run: async (rig, { serving }) => {
    rig.signal(program, 'SIGSTOP');
    try {
      await sleep(heldMs);
    } finally {
      rig.signal(program, 'SIGCONT');
    }
    await serving(40);
    await rig.endAndReturn(program, 'SIGKILL');
    await serving(40);
    await rig.allReady();
  },
}));
