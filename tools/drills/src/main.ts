import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createReport, repositoryRoot, stopRequest } from '@ssp/platform';
import { readArguments, usage } from './arguments.ts';
import { type Drill } from './drill.ts';
import { BrokenOff } from './ends.ts';
import { drills } from './drills.ts';
import { keepEvidence } from './keep-evidence.ts';
import { startRig } from './rig.ts';
import { runDrill } from './run-drill.ts';
import { type Outcome, writeScorecard } from './scorecard.ts';

const page = join(repositoryRoot, 'docs/reliability.md');
const report = createReport((text) => process.stderr.write(text), Date.now);

async function main(): Promise<number> {
  const asked = parse();
  if (asked === null) return 2;
  if (asked.help) return say(usage);
  const chosen = asked.names.length === 0 ? drills : drills.filter(({ name }) => isNamed(name, asked.names));
  const unknown = asked.names.filter((name) => !drills.some((drill) => isNamed(drill.name, [name])));
  if (unknown.length > 0) {
    process.stderr.write(`drills: there is no ${unknown.join(', ')} (--list names them)\n`);
    return 2;
  }
  if (asked.list)
    return say(chosen.map(({ name, does, expected }) => `${name}\n  ${does}.\n  ${expected}.\n`).join(''));
  const outcomes = await runAll(chosen, async (outcome) => {
    if (asked.write) await record(outcome);
  });
  return outcomes.every(({ faults }) => faults.length === 0) ? 0 : 1;
}

/** All on one platform, but another one after a drill that failed: it may have left it unsound. */
async function runAll(
  chosen: readonly Drill[],
  onOutcome: (outcome: Outcome) => Promise<void>,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const stopped = brokenOff();
  while (outcomes.length < chosen.length) {
    await using resources = new AsyncDisposableStack();
    report('starting a platform');
    const rig = await Promise.race([startRig((line) => report(`  ${line}`), resources), stopped]);
    for (const drill of chosen.slice(outcomes.length)) {
      const { name, does, expected } = drill;
      report(`${name}: ${does}`);
      const { books, ...judged } = await runDrill(drill, rig, stopped);
      const at = new Date();
      const outcome = { name, does, expected, ...judged, ranAt: `${at.toISOString().slice(0, 16)}Z` };
      outcomes.push(outcome);
      await onOutcome(outcome);
      const isPassed = outcome.faults.length === 0;
      say(`${isPassed ? 'passed' : 'FAILED'}  ${name}${told(outcome)}\n`);
      if (isPassed) continue;
      report(`what tells why is kept in ${await keepEvidence(name, rig, books, at)}`);
      break;
    }
  }
  return outcomes;
}

/** Rejects when somebody asks the drills to end, so that what they started is released. */
function brokenOff(): Promise<never> {
  const stopped = stopRequest().then(() => {
    throw new BrokenOff('the drills were broken off');
  });
  // Also between two drills, when nobody listens.
  stopped.catch(() => report('ending what was started'));
  return stopped;
}

function told({ figures, faults }: Outcome): string {
  const answers = [...(figures?.answers ?? [])].map(([status, times]) => `${times} × ${status}`);
  const books =
    figures === null
      ? ''
      : `: ${figures.sent} sent, ${answers.join(', ')}, ${figures.cutOff} without answer; ${figures.audited} in the audit, ${figures.counted} counted`;
  return [books, ...faults].join('\n        ');
}

/** At once, so that what breaks off later takes nothing with it. */
async function record(outcome: Outcome): Promise<void> {
  await writeFile(page, writeScorecard(await readFile(page, 'utf8'), drills, [outcome]));
  await promisify(execFile)(join(repositoryRoot, 'node_modules/.bin/oxfmt'), [page], { cwd: repositoryRoot });
}

function isNamed(name: string, names: readonly string[]): boolean {
  return names.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each));
}

function say(text: string): 0 {
  process.stdout.write(text);
  return 0;
}

function parse() {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`drills: ${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return null;
  }
}

process.exit(
  await main().catch((error: unknown) => {
    if (error instanceof BrokenOff) return 130;
    throw error;
  }),
);
