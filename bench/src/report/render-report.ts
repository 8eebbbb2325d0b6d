import { type BenchArguments } from '../arguments.ts';
import { type Counting, countingLine } from './counting.ts';
import { type MachineFacts } from './machine-facts.ts';
import { type Summary } from './summarise.ts';
import { table } from './table.ts';
import { costTable, processTable, speedTable, stageTable } from './tables.ts';

/** Everything a run has found out. */
export type Findings = {
  readonly options: BenchArguments;
  readonly facts: MachineFacts;
  readonly summaries: readonly Summary[];
  readonly counting: Counting;
  /** Protocol and cipher of the consumer leg and of the provider leg. */
  readonly tls: { readonly consumer: string; readonly provider: string };
  readonly bodyBytes: number;
  readonly tokenBytes: number;
};

/** The page `docs/performance.md`, which is written by the benchmark alone. */
export function renderReport(findings: Findings): string {
  const { options, facts, summaries, counting, tls, bodyBytes, tokenBytes } = findings;
  return `# Performance

This page is written by \`npm run bench\`. It compares the platform with nginx doing the same job: in one run, on one
machine, with the same requests, certificates, ciphers and provider, taking turns. What counts is **CPU time per
request, summed over all processes of a system**, and its ratio to the yardstick's in the same run. Absolute figures swing
with the machine and with whatever else it does; the ratios are what may be compared between runs.

## CPU time per request

${costTable(summaries)}

Medians of ${options.rounds} interleaved rounds of ${options.requests} requests each, after ${options.warmUpRequests} requests to warm each system up.
The last column adds up to the µs (each figure is a median of its own); "÷ node:http" and "÷ express" divide by nginx with \`auth_request\` to an
authz service on bare \`node:http\` and on express. nginx writes an access log, keeps three \`limit_req\` zones, and checks
certificates and CRLs; it neither audits durably nor counts usage, which the platform's figure includes.

## The platform by process

${processTable(summaries)}

Microseconds of CPU per request. In parentheses what the platform leans on, not in the sum; one that is missing ran out of this machine's sight.

## By stage

${stageTable(summaries)}

Mean **wall** times that the edge measures itself (\`ssp_edge_stage_seconds\`, \`ssp_edge_exchange_seconds\`), waiting included; they are no CPU times
and overlap: the received event is on its way to Kafka (announce) while authz and throttle are asked.

## Speed, as an aside

${speedTable(summaries)}

The load generator, the provider and all backing services share the machine's cores with what is measured, so these figures are noisy
and say more about the machine than about the systems.

## The count

Over the whole run, warm-up included: ${countingLine(counting)}.

## Conditions

${table(['What', 'is'], facts)}

- Load: \`ab -k\`, a search for free appointments with the four Ssp headers and a bearer token of ${tokenBytes} bytes, answered
  with ${bodyBytes} bytes by the sample provider. Any answer but a complete 2xx makes the run fail.
- TLS on both legs, with client certificates: consumer leg ${tls.consumer}, provider leg ${tls.provider}.
- CPU time is user and system time from \`/proc/<pid>/stat\`, children included. After each of the platform's rounds it is read only once
  audit-writer and billing-aggregator have stored the last event, so that their work is in it.

## Running it

\`npm run bench\` uses the platform that \`npm start\` runs, or starts one and stops it afterwards. It installs Debian's nginx and
apache2-utils when they are missing. \`npm run bench -- --help\` lists the options; \`--quick\` shows in a minute that everything works, and keeps this page.
`;
}
