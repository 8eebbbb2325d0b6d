import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { startLeash } from '@ssp/testing';
import { type BenchArguments, readArguments, usage } from './arguments.ts';
import { benchPaths } from './paths.ts';
import { profilePage } from './profile/profile-tables.ts';
import { runProfile } from './profile/run-profile.ts';
import { createReport } from './progress.ts';
import { countingLine, isExact } from './report/counting.ts';
import { renderReport } from './report/render-report.ts';
import { costTable, processTable, speedTable, stageTable } from './report/tables.ts';
import { runBenchmark } from './run-benchmark.ts';

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
  if (options.profile) {
    const profile = runProfile(options, leash, report, resources, signal);
    write(profilePage(await Promise.race([profile, interrupted(signal)])));
    return 0;
  }
  const findings = await Promise.race([
    runBenchmark(options, leash, report, resources, signal),
    interrupted(signal),
  ]);
  const { summaries, counting } = findings;
  write(`
CPU time per request (µs)
${costTable(summaries)}

The platform by process (µs; in parentheses what it leans on)
${processTable(summaries)}

Wall time by stage of the edge
${stageTable(summaries)}

Speed, as an aside: absolute and noisy
${speedTable(summaries)}

${countingLine(counting)}

`);
  if (!options.quick) {
    await writeFile(benchPaths.report, renderReport(findings));
    report('docs/performance.md is rewritten');
  }
  return isExact(counting) ? 0 : 1;
}

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
