import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Drill } from '../drill.ts';
import { until } from '../until.ts';

const run = promisify(execFile);

/** Room for some two hundred events. */
const disk = 'size=400k,mode=0700';

/** The disk under the spool is full while Kafka is away. */
export const spoolDiskFull: Drill = {
  name: 'spool-disk-full',
  does: 'Kafka hangs until the small disk under the spool is full and longer, then goes on (needs the right to mount)',
  expected:
    'Refused with 503 (AUDIT_SPOOL_UNAVAILABLE) while the disk is full, and nothing forwarded that is not audited; served again when Kafka is back',
  allowed: { refusals: ['audit-spool-unavailable'], cutOff: false },
  prepare: async ({ paths, card, endAndReturn }, resources) => {
    await run('mount', ['-t', 'tmpfs', '-o', disk, 'tmpfs', paths.edgeSpool]);
    resources.defer(async () => {
      await run('umount', ['--lazy', paths.edgeSpool]);
      await endAndReturn('edge', 'SIGTERM');
    });
    await endAndReturn('edge', 'SIGTERM');
    return card.edge.https;
  },
  run: async ({ signal }, traffic) => {
    signal('Kafka', 'SIGSTOP');
    try {
      await until('refused with 503', () => traffic.answered(503) > 60);
    } finally {
      signal('Kafka', 'SIGCONT');
    }
    await traffic.serving(60);
  },
};
