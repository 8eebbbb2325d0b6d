import { CommandFailure } from './command-fault.ts';
import { type QueryOrder, type RegisteredProvider, type Resolution } from './consumer/index.ts';
import { printable } from './table.ts';

/** What a person calls the two published orders. */
export const orderNames: Readonly<Record<QueryOrder, string>> = {
  'mhs-first': 'message handler first (mhs-first, today’s order)',
  'as-first': 'system first (as-first, the older order)',
};

/** What was asked in one order, and what came, as an LDAP tool would say it. */
export function describeLookUps({ order, lookUps }: Resolution): string {
  const steps = lookUps.map(({ query, entries }, index) => {
    const found = entries.map(({ dn, attributes }) => {
      const values = query.attributes.flatMap((name) =>
        (attributes[name.toLowerCase()] ?? []).map((value) => `       ${name}: ${printable(value)}\n`),
      );
      return `     ${printable(dn)}\n${values.join('')}`;
    });
    return [
      `  ${index + 1}. base        ${query.base}\n`,
      `     filter      ${printable(query.filter)}\n`,
      `     attributes  ${query.attributes.join(' ')}\n`,
      `     ${entries.length === 1 ? '1 entry' : `${entries.length} entries`}\n`,
      ...found,
    ].join('');
  });
  return `${orderNames[order]}\n${steps.join('')}`;
}

/** Why an order came to no provider, in one line; null where it came to one. */
export function faultOf({ outcome }: Resolution, odsCode: string, interaction: string): string | null {
  switch (outcome.state) {
    case 'found':
      return null;
    case 'organisation-unknown':
      return `the directory does not know the organisation ${odsCode}: check the ODS code`;
    case 'not-registered':
      return outcome.registered.length === 0
        ? `${odsCode} is in the directory, but has registered no system for any interaction`
        : `${odsCode} has not registered ${interaction}; it has ${outcome.registered.length} others, which \`ssp resolve\` lists`;
    case 'half-registered':
      return outcome.lacks === 'system'
        ? `${odsCode} has a message handler for ${interaction}, but none that leads to a system (nhsAs) of its party key with an endpoint`
        : `${odsCode} has a system for ${interaction}, but none that leads to a message handler (nhsMhs) of its party key with an endpoint`;
    case 'several-systems':
      return `${odsCode} has these systems for ${interaction}: ${outcome.providers.map((it) => describeProvider(it)).join('; ')}: name one of them with --to`;
  }
}

const describeProvider = ({ asid, partyKey, endpoints }: RegisteredProvider) =>
  `ASID ${asid} (party key ${partyKey}, ${endpoints.join(' or ')})`;

/** The one provider of a resolution. @throws CommandFailure saying why there is none */
export function providerOf(resolution: Resolution, odsCode: string, interaction: string): RegisteredProvider {
  if (resolution.outcome.state === 'found') return resolution.outcome.provider;
  throw new CommandFailure(printable(faultOf(resolution, odsCode, interaction) ?? ''));
}
