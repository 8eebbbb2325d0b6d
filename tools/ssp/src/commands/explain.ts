import { type ExplainAsk } from '@ssp/contracts';
import { type Command, Option } from 'commander';
import { askExplanation } from '../ask-explanation.ts';
import { UsageFault } from '../command-fault.ts';
import { explanationText } from '../explanation-text.ts';
import { operatorApi } from '../operator-api.ts';
import { readPlatformCard } from '../platform-card.ts';
import { addServiceOptions, type ServiceOptions } from '../service-options.ts';
import { cardOption, jsonOption } from '../shared-options.ts';
import { formatJson } from '../table.ts';
import { storyQueries } from '../story-queries.ts';
import { say, type Terminal } from '../terminal.ts';

type ExplainOptions = ServiceOptions & {
  readonly trace?: string;
  readonly decision?: string;
  readonly from?: string;
  readonly to?: string;
  readonly interaction?: string;
  readonly target?: string;
  readonly name?: readonly string[];
  readonly network?: 'private' | 'internet';
  readonly at?: string;
  readonly rulesVersion?: string;
  readonly card?: string;
  readonly json?: true;
};

/** `ssp explain`: why a request was refused, or would be. */
export function addExplainCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('explain')
    .summary('tell why a request was allowed or refused, and what would have to change')
    .description(
      'Tells of each check why it passed or failed, by which rows, who put them there, and what would have to change: for an audited exchange by the rules in force then, or for the facts of a request by those in force now or at a past moment.',
    )
    .optionsGroup('An audited exchange:')
    .option(
      '--trace <id>',
      'its Ssp-TraceID, the id that its answer carried, its traceparent, or the trace id of that',
    )
    .option('--decision <id>', 'the id of its decision')
    .optionsGroup('Or the facts of a request:')
    .option('--from <asid>', 'Ssp-From')
    .option('--to <asid>', 'Ssp-To')
    .option('--interaction <urn>', 'Ssp-InteractionID')
    .option('--target <url>', 'the provider’s URL: https://host/base/…')
    .option('--name <fqdn...>', 'names of the client certificate (default: those registered for the sender)')
    .addOption(new Option('--network <network>', 'by which it comes').choices(['private', 'internet']))
    .option('--at <moment>', 'by the rules in force at a past moment, such as 2026-03-01T12:00:00Z')
    .option('--rules-version <number>', 'by the rules of this version')
    .optionsGroup('Options:')
    .addOption(cardOption())
    .addOption(jsonOption('the explanation'));
  addServiceOptions(command, 'the operator API')
    .addHelpText(
      'after',
      '\nExamples:\n  ssp explain --trace 09a01679-2564-4fb4-8129-aecc81ea2706\n' +
        '  ssp explain --from 200000000359 --to 918999198738 --interaction urn:nhs:names:services:gpconnect:fhir:rest:read:metadata-1 \\\n' +
        '    --target https://orange.testlab.nhs.uk/B82617/STU3/1/gpconnect/fhir/metadata',
    )
    .action((options: ExplainOptions) => explain(options, terminal));
}

async function explain(options: ExplainOptions, terminal: Terminal): Promise<void> {
  const asks = asksOf(options);
  const api = operatorApi(options, readPlatformCard(options.card, terminal.cwd), terminal);
  const explanations = await askExplanation(api, asks, (line) => say(terminal, line), terminal.interrupted);
  terminal.out.write(
    options.json
      ? formatJson({ explanations })
      : explanations.map((explanation) => explanationText(explanation)).join('\n----\n\n'),
  );
}

/** @throws UsageFault where it is not clear what is to be explained */
function asksOf(options: ExplainOptions): readonly ExplainAsk[] {
  const { trace, decision, from, to, interaction, target, name, network, at, rulesVersion } = options;
  const given = [trace, decision, from ?? to ?? interaction ?? target].filter((it) => it !== undefined);
  if (given.length !== 1)
    throw new UsageFault('give --trace, or --decision, or --from, --to, --interaction and --target');
  if (trace !== undefined) return storyQueries(trace, false);
  if (decision !== undefined) return [{ decisionId: decision }];
  if (from === undefined || to === undefined || interaction === undefined || target === undefined) {
    throw new UsageFault('the facts of a request are --from, --to, --interaction and --target, all of them');
  }
  const facts = {
    from,
    to,
    interactionId: interaction,
    target,
    ...(name !== undefined && { certificateNames: [...name] }),
    ...(network !== undefined && { network }),
    ...(at !== undefined && { at }),
    ...(rulesVersion !== undefined && { version: rulesVersion }),
  };
  return [{ facts }];
}
