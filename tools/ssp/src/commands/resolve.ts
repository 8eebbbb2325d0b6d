import { type Command, Option } from 'commander';
import { CommandFailure } from '../command-fault.ts';
import {
  type QueryOrder,
  queryOrders,
  type RegisteredProvider,
  type Resolution,
  resolveProvider,
} from '../consumer/index.ts';
import {
  addDirectoryOptions,
  directoryAddress,
  type DirectoryOptions,
  withDirectory,
} from '../directory-options.ts';
import { readPlatformCard } from '../platform-card.ts';
import { addProviderArguments, inCapitals } from '../provider-arguments.ts';
import { describeLookUps, faultOf } from '../resolution-text.ts';
import { cardOption, jsonOption, timeoutOption } from '../shared-options.ts';
import { formatJson, formatProperties, printable } from '../table.ts';
import { say, type Terminal } from '../terminal.ts';

type ResolveOptions = DirectoryOptions & {
  readonly order?: QueryOrder;
  readonly to?: string;
  readonly card?: string;
  readonly json?: true;
};

/** `ssp resolve`: what a consumer finds in the directory, and by which queries. */
export function addResolveCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('resolve')
    .summary('find a provider’s ASID and endpoint in the directory')
    .description(
      'Finds the ASID and the endpoint of a provider in the directory, as consumers must, by both published query orders, and shows each query and what came.',
    );
  addProviderArguments(command)
    .addOption(new Option('--order <order>', 'by one order alone').choices(queryOrders))
    .option('--to <asid>', 'the system to take where there are several')
    .addOption(timeoutOption('longest wait for an answer', 10_000))
    .addOption(cardOption())
    .addOption(jsonOption('queries and answers'));
  addDirectoryOptions(command)
    .addHelpText(
      'after',
      '\nStatus: 0 where all orders asked come to the same provider, else 1.\n\nExample: ssp resolve B82617 search:patient-1',
    )
    .action((odsCode: string, interaction: string, options: ResolveOptions) =>
      resolve(odsCode, interaction, options, terminal),
    );
}

async function resolve(
  given: string,
  interaction: string,
  options: ResolveOptions,
  terminal: Terminal,
): Promise<void> {
  const card = readPlatformCard(options.card, terminal.cwd);
  const address = directoryAddress(options, card, terminal);
  if (card !== null && options.ldap === undefined) say(terminal, `the directory is that of ${card.file}`);
  const odsCode = inCapitals(given, terminal);
  const orders = options.order === undefined ? queryOrders : [options.order];
  const resolutions = await withDirectory(address, (search) =>
    Promise.all(
      orders.map((order) =>
        resolveProvider(
          search,
          { odsCode, interaction },
          { order, baseDn: address.baseDn, asid: options.to },
        ),
      ),
    ),
  );
  const verdict = judge(resolutions, odsCode, interaction);
  const { provider, fault } = verdict;
  terminal.out.write(
    options.json
      ? formatJson({ odsCode, interaction, provider, agree: verdict.agree, fault, resolutions })
      : describe(odsCode, interaction, provider, verdict.agree, resolutions),
  );
  if (fault !== null) throw new CommandFailure(printable(fault));
}

type Verdict = {
  readonly provider: RegisteredProvider | null;
  /** Null where one order alone was asked. */
  readonly agree: boolean | null;
  readonly fault: string | null;
};

/** Whether the orders come to one and the same provider, and if not, why. */
function judge(resolutions: readonly Resolution[], odsCode: string, interaction: string): Verdict {
  const found = resolutions.map(({ outcome }) => (outcome.state === 'found' ? outcome.provider : null));
  const faults = resolutions.map((resolution) => faultOf(resolution, odsCode, interaction));
  const agree = resolutions.length === 1 ? null : new Set(found.map((it) => JSON.stringify(it))).size === 1;
  const provider = found.find((it) => it !== null) ?? null;
  if (agree !== false) return { provider, agree, fault: faults.find((it) => it !== null) ?? null };
  const each = resolutions.map(
    ({ order }, index) =>
      `${order}: ${faults[index] ?? `ASID ${found[index]?.asid} at ${found[index]?.endpoints.join(' or ')}`}`,
  );
  return {
    provider,
    agree,
    fault: `the two orders disagree, so the registration is not whole; ${each.join('; ')}`,
  };
}

function describe(
  odsCode: string,
  interaction: string,
  provider: RegisteredProvider | null,
  agree: boolean | null,
  resolutions: readonly Resolution[],
): string {
  const properties: (readonly [string, string])[] = [
    ['organisation', odsCode],
    ['interaction', interaction],
  ];
  if (provider !== null) {
    properties.push(['ASID', provider.asid], ['party key', provider.partyKey]);
    for (const endpoint of provider.endpoints) properties.push(['endpoint', endpoint]);
  }
  if (agree !== null) properties.push(['orders', agree ? 'both agree' : 'they disagree']);
  const registered = resolutions.flatMap(({ outcome }) =>
    outcome.state === 'not-registered' ? outcome.registered : [],
  );
  for (const other of new Set(registered)) properties.push(['registered', other]);
  return `${formatProperties(properties)}\n${resolutions.map((it) => describeLookUps(it)).join('\n')}`;
}
