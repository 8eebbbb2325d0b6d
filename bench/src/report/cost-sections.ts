import { forwardingName, platformName } from '../systems.ts';
import { type Round } from '../measure-round.ts';
import { type Findings } from './findings.ts';
import { summarise } from './summarise.ts';
import { table } from './table.ts';
import { costTable, processTable, speedTable, stageTable } from './tables.ts';

/** What each system costs, how it was warmed up, where the time goes, and how fast it was. */
export function costSections({ costs, warmUps, options }: Findings): readonly string[] {
  if (costs.length === 0) return [];
  const summaries = summarise(costs);
  return [
    `## CPU time per request

${costTable(summaries)}

Medians of ${options.rounds} interleaved rounds of ${options.requests} requests each, on warm code.
The last column adds up to the µs (each figure is a median of its own); "÷ node:http" and "÷ express" divide by nginx with \`auth_request\` to an
authz service on bare \`node:http\` and on express. nginx writes an access log, keeps three \`limit_req\` zones, and checks
certificates and CRLs; it neither audits durably nor counts usage, which the platform's figure includes.

"${forwardingName}" is the edge with nobody to ask and nobody to tell: the same program, settings, stages, checks of message, certificate and CRL,
log line and metrics, but authz and throttle answer on the spot and no event is published. It says what the proxying alone costs.`,
    `## Warm code

${warmTable(warmUps)}

CPU time per request of consecutive slices of requests at 32 in flight. A system is measured once the mean of its last three slices is not
more than 3 % below that of the three before. ${afterwards(costs)}`,
    `## The platform by process

${processTable(summaries)}

Microseconds of CPU per request. In parentheses what the platform leans on, not in the sum; one that is missing ran out of this machine's sight.`,
    `## By stage

${stageTable(summaries)}

Mean **wall** times that the edge measures itself (\`ssp_edge_stage_seconds\`, \`ssp_edge_exchange_seconds\`), waiting included; they are no CPU times
and overlap: the received event is on its way to Kafka (announce) while authz and throttle are asked.`,
    `## Speed, as an aside

${speedTable(summaries)}

The load generator, the provider and all backing services share the machine's cores with what is measured, so these figures are noisy
and say more about the machine than about the systems.`,
  ];
}

/** Slices of the systems whose code is ours. */
function warmTable(warmUps: readonly Round[]): string {
  const slicesOf = (system: string) => warmUps.filter((round) => round.system.name === system);
  const platform = slicesOf(platformName);
  const forwarding = slicesOf(forwardingName);
  let sent = 0;
  const rows = Array.from({ length: Math.max(platform.length, forwarding.length) }, (_, slice) => {
    sent += (platform[slice] ?? forwarding[slice])?.load.completed ?? 0;
    return [
      String(sent),
      whole(platform[slice]?.sumUs),
      whole(platform[slice]?.ownUs.get('edge')),
      whole(forwarding[slice]?.sumUs),
    ];
  });
  return table(['Requests so far', 'platform', 'of it edge', forwardingName], rows);
}

function afterwards(costs: readonly Round[]): string {
  const last = costs.filter(({ system, inFlight }) => system.name === platformName && inFlight === 32);
  const edge = last.map(({ ownUs }) => whole(ownUs.get('edge')));
  return `The measured rounds at 32 in flight came last of all; the edge's µs in them, in the order of time: ${edge.join(', ')}.`;
}

const whole = (us: number | undefined) => (us === undefined ? '' : Math.round(us).toString());
