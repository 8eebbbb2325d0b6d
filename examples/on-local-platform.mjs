#!/usr/bin/env node
// Runs a command with the settings of the platform that `npm start` runs, for the examples beside this file.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const help = `Usage: node examples/on-local-platform.mjs [--card FILE] COMMAND [ARGUMENT...]
Sets the SSP_ variables from the platform card (.local/platform.json, or FILE) and runs COMMAND.
For example: node examples/on-local-platform.mjs python3 examples/call_provider.py`;

const provider = '918999198738';
const interactions = 'urn:nhs:names:services:gpconnect:fhir';

const root = fileURLToPath(new URL('..', import.meta.url));
const given = process.argv.slice(2);
const cardFile = given[0] === '--card' ? resolve(given[1] ?? '') : resolve(root, '.local/platform.json');
const [command, ...rest] = given[0] === '--card' ? given.slice(2) : given;
if (command === undefined || command === '--help') {
  console.log(help);
  process.exit(command === undefined ? 2 : 0);
}

function readCard() {
  try {
    return JSON.parse(readFileSync(cardFile, 'utf8'));
  } catch {
    console.error(`${cardFile} cannot be read: start the platform with "npm start" first`);
    process.exit(2);
  }
}

const card = readCard();
const { good } = card.consumers;
const { endpoints } = card.providers.find(({ asid }) => asid === provider);
const settings = {
  SSP_URL: card.edge.https,
  SSP_CA_FILE: resolve(root, card.pki.ca),
  SSP_CERT_FILE: resolve(root, good.cert),
  SSP_KEY_FILE: resolve(root, good.key),
  SSP_FQDN: good.fqdn,
  SSP_FROM: good.asid,
  SSP_ODS_CODE: good.odsCode,
  SSP_TO: provider,
  SSP_SEARCH_ENDPOINT: endpoints[`${interactions}:rest:search:patient-1`],
  SSP_RECORD_ENDPOINT: endpoints[`${interactions}:operation:gpc.getstructuredrecord-1`],
};
// What the person has set goes before the card: one setting can be changed to see a refusal.
const { status, error } = spawnSync(command, rest, {
  stdio: 'inherit',
  env: { ...settings, ...process.env },
});
if (error !== undefined) console.error(error.message);
process.exit(status ?? 1);
