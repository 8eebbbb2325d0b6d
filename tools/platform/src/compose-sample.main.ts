import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readPeople } from '@ssp/identity-provider';
import { filePath, port, runJob } from '@ssp/service';
import { z } from 'zod';
import { readProviders } from './sample-directory.ts';
import { writeSampleRequest } from './sample-request.ts';
import { consoleHost } from './compose/recipients.ts';
import { peopleLines } from './people-lines.ts';

/** The consumer of the sample directory that may send everything; its certificate has this name. */
const good = { asid: '200000000359', odsCode: 'R1A14', fqdn: 'good.consumer.thirdparty.nhs.uk' };
const ofThePlatform = new Set(['ca.pem', 'tls.pem', 'tls.key.pem']);

await runJob({
  name: 'sample',
  about:
    'Puts together what a person needs to try a platform that runs in containers, and says how on standard output.',
  config: z.object({
    SAMPLE_SECRETS_FOLDER: filePath
      .default('/run/secrets')
      .describe('Certificates of the sample consumers and those shown to the directory, and who there is'),
    SAMPLE_FOLDER: filePath.describe('What the person copies out of the container'),
    SAMPLE_SHOWN_FOLDER: z.string().min(1).describe('Where the person has the copy'),
    SAMPLE_DIRECTORY_URL: z.url({ protocol: /^ldaps$/ }).describe('Directory server'),
    SAMPLE_EDGE_PORT: port.describe('Port of the edge on the loopback of the person’s machine'),
    SAMPLE_CONSOLE_PORT: port.describe('Port of the console there'),
  }),
  async run(config) {
    const { SAMPLE_SECRETS_FOLDER: secrets, SAMPLE_FOLDER: folder, SAMPLE_SHOWN_FOLDER: shown } = config;
    await copyFile(join(secrets, 'ca.pem'), join(folder, 'platform-ca.pem'));
    const files = (await readdir(secrets)).filter((name) => name.endsWith('.pem'));
    await Promise.all(
      files
        .filter((name) => !ofThePlatform.has(name))
        .map((name) => copyFile(join(secrets, name), join(folder, name))),
    );
    const providers = await readProviders({
      url: config.SAMPLE_DIRECTORY_URL,
      baseDn: 'o=nhs',
      caFile: join(secrets, 'ca.pem'),
      client: { certFile: join(secrets, 'tls.pem'), keyFile: join(secrets, 'tls.key.pem') },
    });
    const edge = `https://127.0.0.1:${config.SAMPLE_EDGE_PORT}`;
    const curl = await writeSampleRequest(
      folder,
      shown,
      {
        edge: { https: edge, http: edge },
        pki: { ca: `${shown}/nhs-ca.pem` },
        consumers: {
          good: { ...good, cert: `${shown}/consumer-good.pem`, key: `${shown}/consumer-good.key.pem` },
        },
        providers,
      },
      new Date(),
    );
    const people = await readPeople(secrets);
    process.stdout.write(`
The platform is ready. Take the sample consumer's certificate out of it, and ask it for a patient record:

mkdir -p ${shown} && docker compose cp sample:${folder}/. ${shown}

${curl}

Usage, billing, operation and audit: https://${consoleHost}:${config.SAMPLE_CONSOLE_PORT}, whose certificate is of the CA in
${shown}/platform-ca.pem, for these people (user, password, role):

${peopleLines(people)}
`);
  },
});
