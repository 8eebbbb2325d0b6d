#!/usr/bin/env node
// Calls a provider through the Spine Secure Proxy with Node.js 18 or newer and nothing else: one search (GET) and one
// record (POST). The settings are those of README.md beside this file.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

const help = `Usage: node call-provider.mjs
Calls a provider through the proxy: a search and a record. Settings, all from the environment:
  SSP_URL              the proxy, for example https://proxy.example.nhs.uk
  SSP_CA_FILE          the authorities that the proxy's certificate must come from, PEM
  SSP_CERT_FILE        your certificate, then the authority that issued it, PEM
  SSP_KEY_FILE         its private key, PEM
  SSP_FQDN             the name in your certificate
  SSP_FROM             your ASID, twelve digits
  SSP_ODS_CODE         the organisation you call for
  SSP_TO               the provider's ASID
  SSP_SEARCH_ENDPOINT  the provider's service root URL for the patient search, exactly as in SDS
  SSP_RECORD_ENDPOINT  the same for the structured record
  SSP_NHS_NUMBER       the patient (9690937278)
  SSP_BACKOFF_MS       the first wait before a retry (1000)`;

const interactions = 'urn:nhs:names:services:gpconnect:fhir';
const numberSystem = 'https://fhir.nhs.uk/Id/nhs-number';
const retriesMax = 3;
const worthRetrying = new Set([429, 502, 503, 504, 599]);

function setting(name, byDefault) {
  const value = process.env[name] || byDefault;
  if (value === undefined) {
    console.error(`${name} is not set; --help lists the settings`);
    process.exit(2);
  }
  return value;
}

if (process.argv.includes('--help')) {
  console.log(help);
  process.exit(0);
}

const proxy = new URL(setting('SSP_URL'));
const from = setting('SSP_FROM');
const to = setting('SSP_TO');
const nhsNumber = setting('SSP_NHS_NUMBER', '9690937278');
const backoffMs = Number(setting('SSP_BACKOFF_MS', '1000'));
const agent = new Agent({
  keepAlive: true,
  ca: readFileSync(setting('SSP_CA_FILE')),
  cert: readFileSync(setting('SSP_CERT_FILE')),
  key: readFileSync(setting('SSP_KEY_FILE')),
  minVersion: 'TLSv1.2',
});

const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The unsigned token: two parts in base64url without padding, and the dot after which no signature comes. */
function freshToken(endpoint) {
  const iat = Math.floor(Date.now() / 1000);
  const practitioner = 'practitioner-1';
  const claims = {
    iss: `https://${setting('SSP_FQDN')}/`,
    sub: practitioner,
    aud: endpoint,
    exp: iat + 300,
    iat,
    reason_for_request: 'directcare',
    requested_scope: 'patient/*.read',
    requesting_device: {
      resourceType: 'Device',
      identifier: [{ system: 'https://consumer.example/device', value: 'device-1' }],
      model: 'Example system',
      version: '1.0',
    },
    requesting_organization: {
      resourceType: 'Organization',
      name: 'Example organisation',
      identifier: [
        { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: setting('SSP_ODS_CODE') },
      ],
    },
    requesting_practitioner: {
      resourceType: 'Practitioner',
      id: practitioner,
      name: [{ family: 'Example', given: ['Erin'], prefix: ['Dr'] }],
      identifier: [
        { system: 'https://fhir.nhs.uk/Id/sds-user-id', value: '111122223333' },
        { system: 'https://fhir.nhs.uk/Id/sds-role-profile-id', value: 'UNK' },
        { system: 'https://consumer.example/user', value: 'user-1' },
      ],
    },
  };
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`;
}

/** One attempt. `path` goes out as it is: parsing `proxy + target` as one URL would change it. */
async function send({ method, interaction, endpoint, rest, body }) {
  const response = await new Promise((resolve, reject) => {
    const outgoing = request({
      agent,
      host: proxy.hostname,
      port: proxy.port || 443,
      method,
      path: `/${endpoint}${rest}`,
      headers: {
        'Ssp-TraceID': randomUUID(),
        'Ssp-From': from,
        'Ssp-To': to,
        'Ssp-InteractionID': interaction,
        Authorization: `Bearer ${freshToken(endpoint)}`,
        Accept: 'application/fhir+json',
        ...(body !== undefined && {
          'Content-Type': 'application/fhir+json',
          'Content-Length': Buffer.byteLength(body),
        }),
      },
      signal: AbortSignal.timeout(60_000),
    });
    outgoing.on('error', reject);
    outgoing.on('response', resolve);
    outgoing.end(body);
  });
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** Sends, and repeats what may be repeated: each time with a trace id and a token of its own. */
async function call(asked) {
  for (let retry = 0; ; retry += 1) {
    const answer = await send(asked);
    if (asked.method !== 'GET' || !worthRetrying.has(answer.status) || retry === retriesMax) return answer;
    const toldMs = (Number(answer.headers['retry-after']) || 0) * 1000;
    // Never sooner than told; the random part keeps consumers from coming back all at once.
    const waitMs = Math.max(toldMs, backoffMs * 2 ** retry) * (1 + Math.random() / 2);
    console.error(`${asked.method} ${answer.status}, retry ${retry + 1} in ${Math.round(waitMs)} ms`);
    await wait(waitMs);
  }
}

function parsed(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** Prints one line and tells whether the call succeeded. An outcome whose id is ours was made by the proxy. */
function report(method, { status, headers, body }) {
  const id = headers['x-ssp-internalid'];
  const resource = parsed(body);
  if (status < 400) {
    console.log(`${method} ${status} ${resource?.resourceType} ${id}`);
    return true;
  }
  const issue = resource?.resourceType === 'OperationOutcome' ? resource.issue[0] : undefined;
  const said = issue?.diagnostics ?? issue?.details?.coding?.[0]?.display ?? 'no OperationOutcome';
  console.error(
    `${method} ${status} ${id !== undefined && resource?.id === id ? 'proxy' : 'provider'}: ${said} ${id}`,
  );
  return false;
}

const calls = [
  {
    method: 'GET',
    interaction: `${interactions}:rest:search:patient-1`,
    endpoint: setting('SSP_SEARCH_ENDPOINT'),
    rest: `/Patient?identifier=${numberSystem}%7C${nhsNumber}`,
  },
  {
    method: 'POST',
    interaction: `${interactions}:operation:gpc.getstructuredrecord-1`,
    endpoint: setting('SSP_RECORD_ENDPOINT'),
    rest: '/Patient/$gpc.getstructuredrecord',
    body: JSON.stringify({
      resourceType: 'Parameters',
      parameter: [{ name: 'patientNHSNumber', valueIdentifier: { system: numberSystem, value: nhsNumber } }],
    }),
  },
];
for (const asked of calls) if (!report(asked.method, await call(asked))) process.exitCode = 1;
agent.destroy();
