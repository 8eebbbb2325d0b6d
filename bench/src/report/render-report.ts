import { aimTable } from './aim-table.ts';
import { costAims, latencyAims } from './aims.ts';
import { costSections } from './cost-sections.ts';
import { countingLine } from './counting.ts';
import { type Findings } from './findings.ts';
import { latencySection } from './latency-section.ts';
import { profileSection } from './profile-section.ts';
import { table } from './table.ts';

const functionsOnPage = 15;
const functionsAtTerminal = 60;

/** The page `docs/performance.md`, which is written by the benchmark alone. */
export function renderReport(findings: Findings): string {
  return `# Performance

This page is written by \`npm run bench\`. It compares the platform with nginx doing the same job: in one run, on one
machine, with the same requests, certificates, ciphers and provider, taking turns. What counts is **CPU time per
request, summed over all processes of a system**, and its ratio to the yardstick's in the same run. Absolute figures swing
with the machine and with whatever else it does; the ratios are what may be compared between runs.

${sections(findings, functionsOnPage).join('\n\n')}

## Running it

\`npm run bench\` uses the platform that \`npm start\` runs, or starts one and stops it afterwards. It installs Debian's nginx and
apache2-utils when they are missing. \`npm run bench -- --help\` lists the options: \`--only\` runs one part, \`--profile\` shows more of where the edge's time
goes, \`--quick\` shows in two minutes that everything works; these print and keep this page. \`--only memory\` shows by how much the edge's own
memory grows while 1 GB goes through it and while 200 consumers read slowly; the tests hold both below 50 MB.
`;
}

/** The same for a terminal, where parts of it may have been left out. */
export function renderForTerminal(findings: Findings): string {
  return `\n${sections(findings, functionsAtTerminal).join('\n\n')}\n\n`;
}

function sections(findings: Findings, functions: number): readonly string[] {
  return [
    ...aimSection(findings),
    ...costSections(findings),
    ...latencySection(findings),
    ...profileSection(findings, functions),
    `## The count

Over the whole run, warm-up included: ${countingLine(findings.counting)}.`,
    conditions(findings),
  ];
}

function aimSection({ costs, latency }: Findings): readonly string[] {
  const aims = [...costAims(costs), ...(latency === null ? [] : latencyAims(latency))];
  if (aims.length === 0) return [];
  return [
    `## The aims

${aimTable(aims)}

"Measured" is the median of the rounds, ratios within the same round; for latencies it is the difference of the percentiles over all turns.
"Least–most" is the range of single rounds and turns.`,
  ];
}

function conditions({ facts, tls, bodyBytes, tokenBytes }: Findings): string {
  return `## Conditions

${table(['What', 'is'], facts)}

- Load: \`ab -k\`, but for the open loop; a search for free appointments with the four Ssp headers and a bearer token of ${tokenBytes} bytes,
  answered with ${bodyBytes} bytes by the sample provider. Any answer but a complete 2xx makes the run fail.
- TLS on both legs, with client certificates: consumer leg ${tls.consumer}, provider leg ${tls.provider}.
- CPU time is user and system time from \`/proc/<pid>/stat\`, children included. After each of the platform's rounds it is read only once
  audit-writer and billing-aggregator have stored the last event, so that their work is in it.`;
}
