import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { startLeash } from '@ssp/testing';
import { type BenchArguments, parts, readArguments, usage } from './arguments.ts';
import { runAuditPart } from './audit/run-audit-part.ts';
import { runAuthzPart } from './authz/run-authz-part.ts';
import { runEdgePart } from './edge-parts/run-edge-part.ts';
import { runNational } from './national/run-national.ts';
import { runBillingPart } from './billing/run-billing-part.ts';
import { benchPaths } from './paths.ts';
import { createReport } from './progress.ts';
import { isExact } from './report/counting.ts';
import { renderForTerminal, renderReport } from './report/render-report.ts';
import { runBenchmark } from './run-benchmark.ts';
import { runThrottlePart } from './throttle/run-throttle-part.ts';
import { runWhatIf } from './what-if/run-what-if.ts';

async function main(): Promise<number> {
  const options = parse();
  if (options === null) return 2;
  if (options.help) {
    write(usage);
    return 0;
  }
  const interrupt = new AbortController();
  const stop = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(process, 'SIGHUP')]);
  void stop.then(() => interrupt.abort());
  try {
    return await measure(options, interrupt.signal);
  } catch (error) {
    if (interrupt.signal.aborted) return 130;
    process.stderr.write(`npm run bench: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

async function measure(options: BenchArguments, signal: AbortSignal): Promise<number> {
  const report = createReport(write, () => Date.now());
  await mkdir(benchPaths.work, { recursive: true });
  await using resources = new AsyncDisposableStack();
  const leash = await startLeash(benchPaths.leash, resources);
  if (options.edgePart !== null) {
    write(await Promise.race([runEdgePart(options.edgePart, options, leash), interrupted(signal)]));
    return 0;
  }
  if (options.authzPart !== null) {
    const run = authzRuns[options.authzPart];
    write(await Promise.race([run(options.quick, leash, report, signal), interrupted(signal)]));
    return 0;
  }
  if (options.throttlePart !== null) {
    write(await Promise.race([runThrottlePart(options.quick, leash, report, signal), interrupted(signal)]));
    return 0;
  }
  if (options.auditPart !== null) {
    write(
      await Promise.race([
        runAuditPart(options.auditPart, options, leash, report, signal),
        interrupted(signal),
      ]),
    );
    return 0;
  }
  if (options.billingPart !== null) {
    write(
      await Promise.race([
        runBillingPart(options.billingPart, options, leash, report, signal),
        interrupted(signal),
      ]),
    );
    return 0;
  }
  const findings = await Promise.race([
    runBenchmark(options, leash, report, resources, signal),
    interrupted(signal),
  ]);
  write(renderForTerminal(findings));
  if (!options.quick && options.parts.size === parts.length) {
    await writeFile(benchPaths.report, renderReport(findings));
    report('docs/performance.md is rewritten');
  }
  return isExact(findings.counting) ? 0 : 1;
}

const authzRuns = { national: runNational, authz: runAuthzPart, 'what-if': runWhatIf } as const;

async function interrupted(signal: AbortSignal): Promise<never> {
  await once(signal, 'abort');
  throw new Error('interrupted');
}

function write(text: string): void {
  process.stdout.write(text);
}

function parse(): BenchArguments | null {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(
      `npm run bench: ${error instanceof Error ? error.message : String(error)}\n${usage}`,
    );
    return null;
  }
}

process.exitCode = await main();
