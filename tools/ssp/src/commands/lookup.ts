import { type Command } from 'commander';
import { z } from 'zod';
import { addOperatorOptions, askOperatorApi, type OperatorOptions } from '../operator-command.ts';
import { formatJson, formatProperties, formatTable } from '../table.ts';
import { say, type Terminal } from '../terminal.ts';

const Registration = z.object({
  interaction: z.string().nullable(),
  endpoints: z.array(z.string()),
  fqdn: z.string().nullable(),
});
const System = z.object({
  asid: z.string(),
  ods: z.string(),
  organisation: z.string().nullable(),
  partyKey: z.string(),
  manufacturerOrg: z.string().nullable(),
  productName: z.string().nullable(),
  interactions: z.array(z.string()),
  certificateNames: z.array(z.string()),
  registrations: z.array(Registration),
  ambiguities: z.array(z.object({ interaction: z.string(), endpoints: z.array(z.string()) })),
});
const Organisation = z.object({
  ods: z.string(),
  name: z.string().nullable(),
  systems: z.array(z.object({ asid: z.string(), partyKey: z.string(), productName: z.string().nullable() })),
  registrations: z.array(Registration),
});

/** `ssp lookup asid|org`: what is held of a system or an organisation. */
export function addLookupCommand(program: Command, terminal: Terminal): void {
  const lookup = program
    .command('lookup')
    .summary('look up a system or an organisation as the proxy knows it')
    .description('Looks up what the proxy holds of the directory.');
  addOperatorOptions(
    lookup
      .command('asid')
      .description('Tells an accredited system, its registrations and its certificate names.')
      .argument('<asid>', 'twelve digits'),
    'the system',
  ).action(async (asid: string, options: OperatorOptions) => {
    const path = `/v1/systems/${encodeURIComponent(asid)}`;
    const answer = await askOperatorApi(options, { method: 'GET', path }, terminal);
    terminal.out.write(options.json ? formatJson(answer) : systemText(System.parse(answer), terminal));
  });
  addOperatorOptions(
    lookup
      .command('org')
      .description('Tells an organisation, its systems and its endpoints.')
      .argument('<ods>', 'ODS code'),
    'the organisation',
  ).action(async (ods: string, options: OperatorOptions) => {
    const path = `/v1/organisations/${encodeURIComponent(ods)}`;
    const answer = await askOperatorApi(options, { method: 'GET', path }, terminal);
    terminal.out.write(options.json ? formatJson(answer) : organisationText(Organisation.parse(answer)));
  });
}

function systemText(system: z.output<typeof System>, terminal: Terminal): string {
  for (const { interaction, endpoints } of system.ambiguities) {
    say(terminal, `${interaction} has ${endpoints.length} endpoints: none is chosen`);
  }
  return (
    formatProperties([
      ['ASID', system.asid],
      ['organisation', [system.ods, system.organisation ?? ''].join(' ').trim()],
      ['party key', system.partyKey],
      ['manufacturer', system.manufacturerOrg ?? '-'],
      ['product', system.productName ?? '-'],
      ['certificate names', system.certificateNames.join(' ') || '-'],
      ['accredited for', system.interactions.join(' ') || '-'],
    ]) + registrationsText(system.registrations)
  );
}

function organisationText({ ods, name, systems, registrations }: z.output<typeof Organisation>): string {
  const rows = systems.map(({ asid, partyKey, productName }) => [asid, partyKey, productName ?? '-']);
  return (
    formatProperties([
      ['ODS code', ods],
      ['name', name ?? '-'],
    ]) +
    `\n${formatTable(['ASID', 'PARTY KEY', 'PRODUCT'], rows)}` +
    registrationsText(registrations)
  );
}

function registrationsText(registrations: readonly z.output<typeof Registration>[]): string {
  const rows = registrations.map(({ interaction, endpoints, fqdn }) => [
    interaction ?? '-',
    endpoints.join(' ') || '-',
    fqdn ?? '-',
  ]);
  return `\n${formatTable(['INTERACTION', 'ENDPOINT', 'NAME'], rows)}`;
}
