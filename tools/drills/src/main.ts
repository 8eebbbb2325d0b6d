import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createReport, repositoryRoot } from '@ssp/platform';
import { readArguments, usage } from './arguments.ts';
import { type Drill } from './drill.ts';
import { drills, notBuilt } from './drills.ts';
import { type Rig, startRig } from './rig.ts';
import { runDrill } from './run-drill.ts';
import { type Outcome, writeScorecard } from './scorecard.ts';

const page = join(repositoryRoot, 'docs/reliability.md');
const notRun = { figures: null, faults: null, ranAt: '' };
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
  return outcomes.every(({ faults }) => faults?.length === 0) ? 0 : 1;
}

/** All on one platform, but another one after a drill that failed: it may have left it unsound. */
async function runAll(
  chosen: readonly Drill[],
  onOutcome: (outcome: Outcome) => Promise<void>,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  while (outcomes.length < chosen.length) {
    await using resources = new AsyncDisposableStack();
    report('starting a platform');
    const rig = await startRig((line) => report(`  ${line}`), resources);
    for (const drill of chosen.slice(outcomes.length)) {
      report(`${drill.name}: ${drill.does}`);
      const outcome = await outcomeOf(drill, rig);
      outcomes.push(outcome);
      await onOutcome(outcome);
      say(`${outcome.faults?.length === 0 ? 'passed' : 'FAILED'}  ${drill.name}${told(outcome)}\n`);
      if (outcome.faults?.length !== 0) break;
    }
  }
  return outcomes;
}

const ranAt = () => `${new Date().toISOString().slice(0, 16)}Z`;

async function outcomeOf({ name, does, expected, ...drill }: Drill, rig: Rig): Promise<Outcome> {
  try {
    const judgement = await runDrill({ name, does, expected, ...drill }, rig);
    return { name, does, expected, ...judgement, ranAt: ranAt() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { name, does, expected, figures: null, faults: [`it broke off: ${reason}`], ranAt: ranAt() };
  }
}

function told({ figures, faults }: Outcome): string {
  const answers = [...(figures?.answers ?? [])].map(([status, times]) => `${times} × ${status}`);
  const books =
    figures === null
      ? ''
      : `: ${figures.sent} sent, ${answers.join(', ')}, ${figures.cutOff} without answer; ${figures.audited} in the audit, ${figures.counted} counted`;
  return [books, ...(faults ?? [])].join('\n        ');
}

/** At once, so that what breaks off later takes nothing with it. */
async function record(outcome: Outcome): Promise<void> {
  const known = [
    ...drills.map(({ name, does, expected }) => ({ name, does, expected, ...notRun })),
    ...notBuilt.map((drill) => ({ ...drill, expected: '', ...notRun })),
  ];
  await writeFile(page, writeScorecard(await readFile(page, 'utf8'), known, [outcome]));
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

process.exit(await main());
