import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { WhatIfLine, whatIfPath, type WhatIfReport } from '@ssp/contracts';
import { type Leash } from '@ssp/testing';
import { benchPaths } from '../paths.ts';
import { type Report } from '../progress.ts';
import { runPagePart } from '../report/run-page-part.ts';
import { startWhatIf, type WhatIfRig } from './start-what-if.ts';
import { type WhatIfFindings, whatIfText } from './what-if-text.ts';

/** Measures what-if on a generated audit, writes its part of the page unless quick, and returns the part. */
export function runWhatIf(
  quick: boolean,
  leash: Leash,
  report: Report,
  signal: AbortSignal,
): Promise<string> {
  return runPagePart({ page: benchPaths.authzPage, part: 'what-if', quick }, report, async (machine) => {
    await using resources = new AsyncDisposableStack();
    const exchanges = quick ? 50_000 : 500_000;
    const rig = await startWhatIf(exchanges, leash, report, signal, resources);
    const findings = await measureWhatIf(rig, exchanges, report, signal);
    return whatIfText(findings, machine, new Date());
  });
}

/** One organisation's practices are withheld: 1 of 8,000, as a review would propose. */
const proposal = JSON.stringify({
  rules: [
    {
      ruleId: 'withheld',
      agreementId: 'bench',
      priority: 1,
      from: 'any',
      to: { ods: 'G00001' },
      interaction: 'any',
      effect: 'deny',
    },
  ],
  capabilities: {},
  interactions: {},
  aliases: {},
  certificateNames: {},
});

async function measureWhatIf(
  { url, token, period, peakRssMb }: WhatIfRig,
  exchanges: number,
  report: Report,
  signal: AbortSignal,
): Promise<WhatIfFindings> {
  const idleRssMb = await peakRssMb();
  const begunAtMs = performance.now();
  const answer = await fetch(url + whatIfPath, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      rules: proposal,
      since: period.since.toISOString(),
      until: period.until.toISOString(),
    }),
    signal,
  });
  if (!answer.ok || answer.body === null) throw new Error(`what-if answers ${answer.status}`);
  let [lastAtMs, longestSilenceMs, progressLines] = [begunAtMs, 0, 0];
  let told: WhatIfReport | null = null;
  for await (const line of createInterface({ input: Readable.fromWeb(answer.body) })) {
    const read = WhatIfLine.parse(JSON.parse(line));
    longestSilenceMs = Math.max(longestSilenceMs, performance.now() - lastAtMs);
    lastAtMs = performance.now();
    if ('report' in read) {
      told = read.report;
    } else {
      progressLines += 1;
      report(`what-if has judged ${read.progress.judged} exchanges, up to ${read.progress.reached}`);
    }
  }
  if (told === null) throw new Error('what-if broke off before its report');
  if (told.totals.judged !== exchanges) throw new Error(`what-if judged ${told.totals.judged} exchanges`);
  return {
    exchanges,
    seconds: (performance.now() - begunAtMs) / 1_000,
    longestSilenceSeconds: longestSilenceMs / 1_000,
    progressLines,
    idleRssMb,
    peakRssMb: await peakRssMb(),
    totals: told.totals,
  };
}
