import { type Drill } from './drill.ts';
import { backingDrills } from './drills/backing-away.ts';
import { certificateRotated, crlExpires } from './drills/certificates.ts';
import { clockDrill } from './drills/clock-off.ts';
import { killDrills } from './drills/kill-process.ts';
import { providerDrills } from './drills/provider-fails.ts';
import { edgeScaled, rollingRestart } from './drills/rolling.ts';
import { spoolDiskFull } from './drills/spool-disk-full.ts';

/** In the order in which they are run. */
export const drills: readonly Drill[] = [
  ...killDrills,
  ...backingDrills,
  ...providerDrills,
  clockDrill,
  certificateRotated,
  crlExpires,
  spoolDiskFull,
  rollingRestart(),
  edgeScaled(),
];
