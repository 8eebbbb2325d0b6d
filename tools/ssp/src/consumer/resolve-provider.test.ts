import { expect, test } from 'vitest';
import { type DirectoryEntry, toDirectoryEntry, valuesOf } from './directory.ts';
import { type QueryOrder, resolveProvider } from './resolve-provider.ts';

const wanted = { odsCode: 'A1', interaction: 'urn:nhs:names:services:x:y-1' };

/** A directory that answers each kind of query with what it is given, and counts what it is asked. */
async function resolve(
  order: QueryOrder,
  answers: {
    readonly systems?: DirectoryEntry[];
    readonly handlers?: DirectoryEntry[];
    readonly others?: DirectoryEntry[];
  },
) {
  const search = ({ filter }: { readonly filter: string }) => {
    if (filter.includes('objectClass=nhsAs')) return Promise.resolve(answers.systems ?? []);
    if (filter.includes('objectClass=nhsMhs')) return Promise.resolve(answers.handlers ?? []);
    return Promise.resolve(answers.others ?? []);
  };
  const { outcome, lookUps } = await resolveProvider(search, wanted, { order, baseDn: 'o=nhs' });
  return { ...outcome, asked: lookUps.length };
}

const entry = (attributes: Readonly<Record<string, string | string[]>>) =>
  toDirectoryEntry({ dn: 'uniqueIdentifier=1,ou=Services,o=nhs', ...attributes });

const system = entry({ UNIQUEIDENTIFIER: '200000000001', nhsmhspartykey: 'A1-1' });
const handler = entry({ nhsMHSEndPoint: 'https://a.nhs.uk/A1', NHSMHSPARTYKEY: 'A1-1' });
const found = { asid: '200000000001', partyKey: 'A1-1', endpoints: ['https://a.nhs.uk/A1'] };

test.for(['mhs-first', 'as-first'] as const)('%s reads attributes under names in any case', async (order) => {
  expect(await resolve(order, { systems: [system], handlers: [handler] })).toEqual({
    state: 'found',
    provider: found,
    asked: 2,
  });
});

test.for([
  {
    order: 'mhs-first',
    what: 'a handler without an endpoint',
    handlers: [entry({ nhsMhsPartyKey: 'A1-1' })],
    lacks: 'system',
    asked: 1,
  },
  {
    order: 'mhs-first',
    what: 'a handler without a party key',
    handlers: [entry({ nhsMhsEndPoint: 'https://a' })],
    lacks: 'system',
    asked: 1,
  },
  {
    order: 'mhs-first',
    what: 'a handler without its system',
    handlers: [handler],
    lacks: 'system',
    asked: 2,
  },
  {
    order: 'as-first',
    what: 'a system without its handler',
    systems: [system],
    lacks: 'message-handler',
    asked: 2,
  },
  {
    order: 'as-first',
    what: 'a system without a party key',
    systems: [entry({ uniqueIdentifier: '1' })],
    lacks: 'message-handler',
    asked: 1,
  },
] as const)('$order: $what is half a registration', async ({ order, lacks, asked, ...answers }) => {
  const { systems, handlers } = { systems: [], handlers: [], ...answers };
  expect(await resolve(order, { systems: [...systems], handlers: [...handlers] })).toEqual({
    state: 'half-registered',
    lacks,
    asked,
  });
});

test('party keys that differ in case alone are one, and are asked for once', async () => {
  const handlers = [
    handler,
    entry({ nhsMhsEndPoint: ['https://b.nhs.uk/A1', 'https://a.nhs.uk/A1'], nhsMhsPartyKey: 'a1-1' }),
  ];
  expect(await resolve('mhs-first', { systems: [system], handlers })).toMatchObject({
    provider: { endpoints: ['https://a.nhs.uk/A1', 'https://b.nhs.uk/A1'] },
    asked: 2,
  });
});

test('an attribute that is asked for and missing has no values', () => {
  expect(valuesOf(entry({ nhsMhsEndPoint: [] }), 'nhsMHSEndPoint')).toEqual([]);
  expect(valuesOf(entry({}), 'nhsMHSEndPoint')).toEqual([]);
});
