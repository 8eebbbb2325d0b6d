import { interactions } from '@ssp/spine';
import { type Command, InvalidArgumentError } from 'commander';
import { say, type Terminal } from './terminal.ts';

/** Gives a command its two arguments: whom, and for what. */
export function addProviderArguments(command: Command): Command {
  return command
    .argument('<ods>', 'ODS code of the provider’s organisation, for example B82617', readOdsCode)
    .argument(
      '<interaction>',
      'interaction id, urn:nhs:names:services:…; of a known one its end will do, as search:patient-1',
      readInteraction,
    );
}

function readOdsCode(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('give an ODS code, for example B82617');
  return text.trim();
}

/** ODS codes are compared with their case (caseExactMatch), and all of them are in capitals; says so where it matters. */
export function inCapitals(odsCode: string, terminal: Terminal): string {
  const capitals = odsCode.toUpperCase();
  if (capitals !== odsCode) {
    say(
      terminal,
      `asking for ${capitals}: the directory compares ODS codes with their case, and has them in capitals`,
    );
  }
  return capitals;
}

const gpConnect = 'urn:nhs:names:services:gpconnect:';
const plain = ['', 'fhir:', 'fhir:rest:', 'fhir:operation:'].map((part) => gpConnect + part);

/** The interaction as it was given, or the known one that ends so. */
export function readInteraction(text: string): string {
  if (text.startsWith('urn:')) return text;
  const ids = interactions.map(({ id }) => id);
  // Structured and documents have interactions of the same end; the plain one is meant, unless they are named.
  const exact = ids.find((id) => plain.some((prefix) => id === prefix + text));
  const [only, ...others] = exact === undefined ? ids.filter((id) => id.endsWith(`:${text}`)) : [exact];
  if (only === undefined) {
    throw new InvalidArgumentError(
      `no known interaction ends in :${text}; give it in full, urn:nhs:names:services:…`,
    );
  }
  if (others.length > 0) {
    throw new InvalidArgumentError(`several end so, give more of one: ${[only, ...others].join(', ')}`);
  }
  return only;
}
