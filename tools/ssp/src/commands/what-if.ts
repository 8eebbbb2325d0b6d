import { WhatIfLine, whatIfPath, type WhatIfReport } from '@ssp/contracts';
import { type Command } from 'commander';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { CommandFailure, reasonOf, UsageFault } from '../command-fault.ts';
import { operatorApi } from '../operator-api.ts';
import { readPlatformCard } from '../platform-card.ts';
import { readMoment } from '../read-period.ts';
import { callForLines, ServiceRefusal } from '../service-client.ts';
import { addServiceOptions, type ServiceOptions } from '../service-options.ts';
import { cardOption, jsonOption } from '../shared-options.ts';
import { formatJson, printable } from '../table.ts';
import { say, type Terminal } from '../terminal.ts';
import { whatIfText } from '../what-if-text.ts';

type WhatIfOptions = ServiceOptions & {
  readonly since: string;
  readonly until?: string;
  readonly card?: string;
  readonly json?: true;
};

/** `ssp what-if`: what a proposed rules file would have done to a past period. */
export function addWhatIfCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('what-if')
    .summary('tell whom proposed rules would newly allow or refuse, by the audited requests of a past period')
    .description(
      'Judges every audited request of a past period by the rules in force and by those of a file, both on the directory of now, and lists who would newly be allowed or refused. Changes nothing.',
    )
    .argument('<file>', 'rules file: the whole of the proposed rules, YAML or JSON')
    .requiredOption(
      '--since <time>',
      'how far back, such as 7d or 12h, or a moment such as 2026-03-01T12:00:00Z',
    )
    .option('--until <time>', 'the end of the period (default: now)')
    .addOption(cardOption())
    .addOption(jsonOption('the report'));
  addServiceOptions(command, 'the operator API')
    .addHelpText('after', '\nExample: ssp what-if rules.yaml --since 7d')
    .action((file: string, options: WhatIfOptions) => whatIf(file, options, terminal));
}

async function whatIf(file: string, options: WhatIfOptions, terminal: Terminal): Promise<void> {
  const nowMs = Date.now();
  const since = readMoment(options.since, nowMs);
  const until = options.until === undefined ? new Date(nowMs) : readMoment(options.until, nowMs);
  if (since >= until) throw new UsageFault('--since must be before --until');
  const api = operatorApi(options, readPlatformCard(options.card, terminal.cwd), terminal);
  const body = {
    rules: readRules(resolve(terminal.cwd, file)),
    since: since.toISOString(),
    until: until.toISOString(),
  };
  let report: WhatIfReport | null = null;
  let toldAtMs = nowMs;
  try {
    for await (const line of callForLines(
      api,
      { method: 'POST', path: whatIfPath, body },
      terminal.interrupted,
    )) {
      const read = WhatIfLine.parse(line);
      if ('report' in read) {
        report = read.report;
      } else if (Date.now() - toldAtMs >= progressEveryMs) {
        toldAtMs = Date.now();
        const part =
          (Date.parse(read.progress.reached) - since.getTime()) / (until.getTime() - since.getTime());
        say(
          terminal,
          `${Math.floor(part * 100)} %: ${read.progress.judged} exchanges judged, up to ${read.progress.reached}`,
        );
      }
    }
  } catch (error) {
    throw faultyRules(file, error) ?? error;
  }
  if (report === null) throw new CommandFailure('the operator API broke off before the report: ask again');
  terminal.out.write(options.json ? formatJson(report) : whatIfText(report));
}

const progressEveryMs = 1_000;

function readRules(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageFault(`the rules cannot be read: ${reasonOf(error)}`);
  }
}

const Faulty = z.object({
  faultCount: z.int(),
  faults: z.array(z.object({ line: z.int(), column: z.int(), path: z.string(), message: z.string() })),
});

/** Every fault with its place, one a line as compilers write them; null for another refusal. */
function faultyRules(file: string, error: unknown): CommandFailure | null {
  const faulty = error instanceof ServiceRefusal ? Faulty.safeParse(error.answer) : null;
  if (faulty?.success !== true) return null;
  const { faults, faultCount } = faulty.data;
  const lines = faults.map(
    ({ line, column, path, message }) =>
      `${file}:${line}:${column}: ${printable(path === '' ? message : `${path}: ${message}`)}`,
  );
  const more = faultCount > faults.length ? [`and ${faultCount - faults.length} more`] : [];
  return new CommandFailure([...lines, ...more].join('\n'));
}
