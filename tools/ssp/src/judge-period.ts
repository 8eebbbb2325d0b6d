import { type Command } from 'commander';
import { type z } from 'zod';
import { CommandFailure, UsageFault } from './command-fault.ts';
import { readMoment } from './read-period.ts';
import { tellFaults } from './reviewed-file.ts';
import { callForLines, type ServiceAddress } from './service-client.ts';
import { say, type Terminal } from './terminal.ts';

/** What a period was given as. */
export type PeriodOptions = { readonly since: string; readonly until?: string };

/** Gives a command the options that say which period is judged. */
export function addPeriodOptions(command: Command): Command {
  return command
    .requiredOption(
      '--since <time>',
      'how far back, such as 7d or 12h, or a moment such as 2026-03-01T12:00:00Z',
    )
    .option('--until <time>', 'the end of the period (default: now)');
}

type Period = { readonly since: Date; readonly until: Date };

/** The period that the options say. @throws UsageFault */
export function readPeriod(options: PeriodOptions): Period {
  const nowMs = Date.now();
  const since = readMoment(options.since, nowMs);
  const until = options.until === undefined ? new Date(nowMs) : readMoment(options.until, nowMs);
  if (since < until) return { since, until };
  throw new UsageFault('--since must be before --until');
}

type Line<Report> =
  | { readonly progress: { readonly reached: string; readonly judged: number } }
  | { readonly report: Report };

const progressEveryMs = 1_000;

/** Has a past period judged by the proposal of a file, and says now and then how far it has come. */
export async function judgePeriod<Report>(
  asked: {
    readonly api: ServiceAddress;
    readonly path: string;
    readonly file: string;
    readonly proposal: Readonly<Record<string, string>>;
    readonly line: z.ZodType<Line<Report>>;
  },
  { since, until }: Period,
  terminal: Terminal,
): Promise<Report> {
  const body = { ...asked.proposal, since: since.toISOString(), until: until.toISOString() };
  const call = { method: 'POST', path: asked.path, body } as const;
  let report: Report | null = null;
  let toldAtMs = Date.now();
  try {
    for await (const line of callForLines(asked.api, call, terminal.interrupted)) {
      const read = asked.line.parse(line);
      if ('report' in read) {
        report = read.report;
      } else if (Date.now() - toldAtMs >= progressEveryMs) {
        toldAtMs = Date.now();
        const { reached, judged } = read.progress;
        const part = (Date.parse(reached) - since.getTime()) / (until.getTime() - since.getTime());
        say(terminal, `${Math.floor(part * 100)} %: ${judged} exchanges judged, up to ${reached}`);
      }
    }
  } catch (error) {
    throw tellFaults(asked.file, error);
  }
  if (report === null) throw new CommandFailure('the operator API broke off before the report: ask again');
  return report;
}
