import { expect, test } from 'vitest';
import { buildSnapshot } from './build-snapshot.ts';

const port = 'https://gp.nhs.uk:443/fhir';
const slash = 'https://gp.nhs.uk/fhir/';
const defaults = { trailingSlash: 'ignored', port443: false } as const;

test.for([
  { registered: [port, slash], tolerance: defaults, usable: [slash], shown: port },
  { registered: [port], tolerance: defaults, usable: [], shown: port },
  { registered: [port], tolerance: { ...defaults, port443: true }, usable: [port], shown: port },
  { registered: [], tolerance: defaults, usable: [], shown: '' },
] as const)(
  'of the endpoints $registered those that a target can lie under are kept: $usable; refusals show "$shown"',
  ({ registered, tolerance, usable, shown }) => {
    const row = {
      party_key_lower: 'b82617-1',
      interaction: 'urn:a',
      cpa_id: 'S1',
      endpoints: registered.join('\n'),
      fqdn: null,
      manufacturer_org: null,
    };
    const rows = {
      version: '1',
      systems: [],
      handlers: [row],
      certificateNames: [],
      aliases: [],
      capabilities: [],
      policies: [],
      agreements: [],
    };
    const [handler] = buildSnapshot(rows, tolerance).handlers.get('b82617-1')?.get('urn:a') ?? [];
    expect(handler?.endpoints.map((endpoint) => endpoint.registered)).toEqual(usable);
    expect(handler?.shownEndpoint).toBe(shown);
  },
);
