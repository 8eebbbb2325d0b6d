import { type Drill } from '../drill.ts';
import { services } from '../rig.ts';

const pictures: Readonly<Record<string, Pick<Drill, 'expected' | 'allowed'>>> = {
  edge: {
    expected:
      'Requests under way are cut off and new ones find nobody until it is started again; what was forwarded is in the audit, completed or closed as abandoned',
    allowed: { refusals: [], cutOff: true },
  },
  authz: {
    expected:
      'Refused with 503 (AUTHORISATION_UNAVAILABLE) until it is started again; nothing else is refused',
    allowed: { refusals: ['authorisation-unavailable'], cutOff: false },
  },
  throttle: {
    expected: 'Refused with 503 (THROTTLING_UNAVAILABLE) until it is started again; nothing else is refused',
    allowed: { refusals: ['throttle-unavailable'], cutOff: false },
  },
};

const unseen: Pick<Drill, 'expected' | 'allowed'> = {
  expected: 'No request notices',
  allowed: { refusals: [], cutOff: false },
};

/** Each process of ours is killed, as a crash or the kernel would. */
export const killDrills: readonly Drill[] = services.map((name) => ({
  name: `kill-${name}`,
  does: `kill -9 of ${name}, which is started again`,
  ...(pictures[name] ?? unseen),
  run: (rig) => rig.endAndReturn(name, 'SIGKILL'),
}));
