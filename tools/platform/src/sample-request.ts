import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PlatformCard } from './platform-card.ts';

const structuredRecord = 'urn:nhs:names:services:gpconnect:fhir:operation:gpc.getstructuredrecord-1';
const patientNhsNumber = '9690937278';

/** What of a platform the sample request is made of; paths are relative to the repository's root. */
export type SampleRequestParts = Pick<PlatformCard, 'edge'> & {
  readonly pki: Pick<PlatformCard['pki'], 'ca'>;
  readonly consumers: Pick<PlatformCard['consumers'], 'good'>;
  readonly providers: readonly Pick<PlatformCard['providers'][number], 'asid' | 'endpoints'>[];
};

/**
 * Writes the sample request's files into `dir` and returns the `curl` line that sends it, to be run from the repository's
 * root, from where that folder is `shownDir`.
 */
export async function writeSampleRequest(
  dir: string,
  shownDir: string,
  card: SampleRequestParts,
  now: Date,
): Promise<string> {
  const provider = card.providers.find(({ asid }) => asid === '918999198738');
  const endpoint = provider?.endpoints[structuredRecord];
  if (provider === undefined || endpoint === undefined)
    throw new Error('the directory lacks the sample practice');
  await mkdir(dir, { recursive: true });
  const tokenFile = join(dir, 'token.jwt');
  const bodyFile = join(dir, 'get-structured-record.json');
  await writeFile(tokenFile, sampleToken(card, endpoint, now));
  await writeFile(bodyFile, JSON.stringify(parameters));
  const { good } = card.consumers;
  return [
    `curl --cacert ${card.pki.ca} --cert ${good.cert} --key ${good.key} \\`,
    `  -H 'Ssp-TraceID: ${randomUUID()}' \\`,
    `  -H 'Ssp-From: ${good.asid}' -H 'Ssp-To: ${provider.asid}' \\`,
    `  -H 'Ssp-InteractionID: ${structuredRecord}' \\`,
    `  -H "Authorization: Bearer $(cat ${shownDir}/token.jwt)" \\`,
    `  -H 'Content-Type: application/fhir+json' --data @${shownDir}/get-structured-record.json \\`,
    `  '${card.edge.https}/${endpoint}/Patient/$gpc.getstructuredrecord'`,
  ].join('\n');
}

const parameters = {
  resourceType: 'Parameters',
  parameter: [
    {
      name: 'patientNHSNumber',
      valueIdentifier: { system: 'https://fhir.nhs.uk/Id/nhs-number', value: patientNhsNumber },
    },
  ],
};

/** An unsigned token as GP Connect consumers make them (spec 8), valid for five minutes on paper. */
function sampleToken(card: SampleRequestParts, endpoint: string, now: Date): string {
  const iat = Math.floor(now.getTime() / 1_000);
  const practitioner = 'sample-practitioner';
  const claims = {
    iss: `https://${card.consumers.good.fqdn}/`,
    sub: practitioner,
    aud: endpoint,
    exp: iat + 300,
    iat,
    reason_for_request: 'directcare',
    requested_scope: 'patient/*.read',
    requesting_device: { resourceType: 'Device', model: 'Sample system', version: '1.0' },
    requesting_organization: {
      resourceType: 'Organization',
      name: 'Sample organisation',
      identifier: [
        { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: card.consumers.good.odsCode },
      ],
    },
    requesting_practitioner: { resourceType: 'Practitioner', id: practitioner },
  };
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`;
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
