import { exchangeOutcomes } from '@ssp/contracts';
import { type Command, Option } from 'commander';
import { readMoment } from './read-period.ts';

/** By what exchanges are looked for. */
export type FilterOptions = {
  readonly trace?: string;
  readonly w3cTrace?: string;
  readonly id?: string;
  readonly decision?: string;
  readonly from?: string;
  readonly to?: string;
  readonly organisation?: string;
  readonly interaction?: string;
  readonly outcome?: string;
  readonly refusal?: string;
  readonly since?: string;
  readonly until?: string;
};

/** Gives a command the options that say which exchanges are meant. */
export function addFilterOptions(command: Command): Command {
  return command
    .optionsGroup('Which exchanges, all that is given at once:')
    .option('--trace <uuid>', 'Ssp-TraceID')
    .option('--w3c-trace <id>', 'trace id of the consumer’s own trace, the second part of its traceparent')
    .option('--id <uuid>', 'the exchange’s own id, as every answer of the proxy’s carries it')
    .option('--decision <id>', 'id of the decision')
    .option('--from <asid>', 'ASID of the consumer')
    .option('--to <asid>', 'ASID of the provider')
    .option('--organisation <ods>', 'ODS code of either party')
    .option('--interaction <urn>', 'Ssp-InteractionID')
    .addOption(new Option('--outcome <outcome>', 'how it ended').choices(exchangeOutcomes))
    .option('--refusal <code>', 'why it was refused, a code of docs/errors.md')
    .option(
      '--since <time>',
      'such as 7d or 12h, or a moment such as 2026-03-01T12:00:00Z (default: a day before)',
    )
    .option('--until <time>', 'the end of the time (default: now)')
    .optionsGroup('Options:');
}

/** The same as the audit's API wants it. @throws UsageFault for a time that is none */
export function filtersOf(options: FilterOptions): Readonly<Record<string, string | undefined>> {
  const nowMs = Date.now();
  const moment = (text: string | undefined) =>
    text === undefined ? undefined : readMoment(text, nowMs).toISOString();
  return {
    traceId: options.trace,
    w3cTraceId: options.w3cTrace,
    internalId: options.id,
    decisionId: options.decision,
    fromAsid: options.from,
    toAsid: options.to,
    organisation: options.organisation,
    interactionId: options.interaction,
    outcome: options.outcome,
    refusal: options.refusal,
    from: moment(options.since),
    to: moment(options.until),
  };
}
