import { type AuthzAsk } from '@ssp/contracts';
import { buildSnapshot } from '../src/build-snapshot.ts';
import { type HandlerRow, type SystemRow } from '../src/snapshot-rows.ts';

export const gpc = 'urn:nhs:names:services:gpconnect:';
export const read = `${gpc}fhir:rest:read:metadata-1`;
export const search = `${gpc}fhir:rest:search:patient-1`;
export const nrlRead = 'urn:nhs:names:services:nrl:DocumentReference.content.read';
export const nrl = 'urn:nhs:names:services:nrl:DocumentReference.content';

export const consumer = '200000000359';
export const sharer = '200000000360';
export const overridden = '200000000361';
export const nameless = '200000000362';
export const roaming = '200000000363';
export const provider = '918999198738';
export const branch = '918999198739';

const lines = (...values: readonly string[]) => values.join('\n');

function system(asid: string, party: string, rest: Partial<SystemRow> = {}): SystemRow {
  return {
    asid,
    ods: party.slice(0, 6).toUpperCase(),
    party_key_lower: party,
    interactions: '',
    categories: '',
    manufacturer_org: null,
    product_name: null,
    ...rest,
  };
}

function handler(party: string, rest: Partial<HandlerRow>): HandlerRow {
  return {
    party_key_lower: party,
    interaction: null,
    cpa_id: 'S1',
    endpoints: '',
    fqdn: null,
    manufacturer_org: null,
    ...rest,
  };
}

export const base = 'https://GP.example.nhs.uk/B82617/fhir';

/** Systems that ask, two that answer, and what may go wrong between them. */
export const directory = {
  version: '7',
  systems: [
    system(consumer, 'x26000-1', { interactions: lines(read, search, nrlRead, `${gpc}unregistered-1`) }),
    // Registered to answer as nrl, as providers are on both their records.
    system(sharer, 'x26000-1', { interactions: lines(read, nrl) }),
    system(roaming, 'x26000-1', { interactions: lines(read), categories: lines('Other', 'INTERNET') }),
    system(overridden, 'y99000-1', { interactions: lines(read) }),
    system(nameless, 'z99000-1', { interactions: lines(read) }),
    system(provider, 'b82617-1', { manufacturer_org: 'YGM06', product_name: 'GP System 2' }),
    system(branch, 'b82618-1', { product_name: 'GP System 3' }),
  ],
  handlers: [
    handler('x26000-1', { interaction: 'urn:nhs:names:services:pds:QUPA', fqdn: 'Consumer.Example.nhs.uk' }),
    handler('b82617-1', {
      interaction: read,
      endpoints: lines(base),
      cpa_id: 'S11',
      manufacturer_org: 'YGM08',
      fqdn: 'GP.example.nhs.uk',
    }),
    handler('b82617-1', { interaction: search, endpoints: lines('https://other.nhs.uk/a'), cpa_id: 'S12' }),
    handler('b82617-1', {
      interaction: search,
      endpoints: lines('https://other.nhs.uk/b', 'https://other.nhs.uk/c/'),
      cpa_id: 'S13',
      fqdn: 'c.other.nhs.uk',
    }),
    handler('b82617-1', { interaction: nrl, endpoints: lines('https://nrl.nhs.uk'), cpa_id: 'S14' }),
    handler('b82618-1', {
      interaction: read,
      endpoints: lines(base),
      cpa_id: 'S15',
      manufacturer_org: 'YGM07',
    }),
    handler('b82618-1', { interaction: search, endpoints: lines(base), cpa_id: 'S16' }),
    handler('b82618-1', {
      interaction: search,
      endpoints: lines('https://second.nhs.uk/fhir'),
      cpa_id: 'S18',
      manufacturer_org: 'YGM09',
    }),
    handler('b82618-1', { interaction: nrlRead, endpoints: lines(), cpa_id: 'S17' }),
    handler('orphan-1', { interaction: read, endpoints: lines(base), fqdn: 'orphan.nhs.uk' }),
  ],
  certificateNames: [{ asid: overridden, fqdn: 'Override.nhs.uk' }],
  aliases: [{ requested: nrlRead, registered: nrl }],
  capabilities: [],
  policies: [],
  agreements: [],
};

/** Passes every check. */
export const ask: AuthzAsk = {
  certificateNames: ['consumer.example.nhs.uk'],
  from: consumer,
  to: provider,
  interactionId: read,
  targetHost: 'gp.example.nhs.uk',
  targetPath: '/B82617/fhir/metadata',
  network: 'private',
};

export const nowMs = Date.parse('2026-06-01T00:00:00Z');
export const policy = {
  defaultAgreement: 'allow',
  unknownReceiver: 'receiver-not-authorised',
  internetCategoryLower: 'internet',
} as const;
export const circumstances = { decisionId: 'd1', nowMs, policy } as const;
export const snapshot = buildSnapshot(directory);
