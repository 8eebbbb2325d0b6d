import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Leash } from '@ssp/testing';
import { type SampleRequest } from '../load/sample-request.ts';
import { benchPaths } from '../paths.ts';
import { type PlatformCard } from '../platform/platform-card.ts';
import { freePorts } from '../yardstick/free-port.ts';
import { untilOpen } from '../yardstick/until-open.ts';
import { environmentOf, nodeFlagsOf } from './process-settings.ts';

/** The edge with nobody to ask and nobody to tell, running. */
export type Forwarding = { readonly pid: number; readonly url: string };

/** Starts it with the settings and Node flags of the platform's own edge, towards the same provider. It ends with the leash. */
export async function startForwarding(
  card: PlatformCard,
  request: SampleRequest,
  leash: Leash,
  signal: AbortSignal,
): Promise<Forwarding> {
  const [https = 0, http = 0] = await freePorts(2);
  const { pid: edgePid } = card.services.edge[0];
  const child = await leash.spawn(
    process.execPath,
    [
      ...nodeFlagsOf(readFileSync(`/proc/${edgePid}/cmdline`, 'utf8')),
      benchPaths.forwardingMain,
      request.endpoint,
    ],
    {
      name: 'forwarding',
      env: {
        ...environmentOf(readFileSync(`/proc/${edgePid}/environ`, 'utf8')),
        EDGE_HTTPS_PORT: String(https),
        EDGE_HTTP_PORT: String(http),
        ADMIN_PORT: '0',
      },
      output: { file: join(benchPaths.work, 'forwarding.log') },
    },
  );
  await untilOpen(https, 'the edge that only forwards', signal);
  return { pid: child.pid, url: `https://127.0.0.1:${https}` };
}
