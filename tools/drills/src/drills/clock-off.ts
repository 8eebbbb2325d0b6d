import { type Drill } from '../drill.ts';
import { Unexpected } from '../ends.ts';
import { type Rig, services } from '../rig.ts';
import { until } from '../until.ts';

const offMs = 1_000;

/** Time servers and the services' clocks come to differ by a second. */
export const clockDrill: Drill = {
  name: 'clock-off',
  does: 'The clock is a second behind all three time servers, then right again; each is asked once a minute',
  expected:
    'Every service says within two minutes that it is not ready, since 250 ms are allowed, and is ready again within two more; requests are served all the while',
  allowed: { refusals: [], cutOff: false },
  run: async (rig) => {
    const set = (offsetMs: number) => rig.clocks.forEach(({ conduct }) => conduct({ offsetMs }));
    set(offMs);
    try {
      await until('every service finds its clock off', () => all(rig, false), 120_000);
      const said = await rig.readiness('edge');
      if (said?.says.includes('behind where 250 ms are allowed') !== true)
        throw new Unexpected(`the edge gives another reason: ${said?.says.trim()}`);
    } finally {
      set(0);
    }
    await until('every service is ready again', () => all(rig, true), 120_000);
  },
};

async function all(rig: Rig, ready: boolean): Promise<boolean> {
  const said = await Promise.all(services.map(rig.readiness));
  return said.every((it) => it?.isReady === ready);
}
