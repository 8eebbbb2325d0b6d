import { execFile } from 'node:child_process';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Leash } from '../leash/leash.ts';
import type { DevelopmentPki } from '../pki/pki-paths.ts';
import { SetupError } from '../setup-error.ts';
import { findProgram } from './find-program.ts';
import {
  firstExisting,
  hashLdapPassword,
  ldapAdminDn,
  ldapBaseDn,
  ldapSeedDir,
  renderSlapdConf,
} from './ldap-seed.ts';
import { installPrograms, type ProgramNeed } from './install-programs.ts';
import { checkLdap, type LdapAddress } from './ldap-service.ts';
import { claimPort } from './local-port.ts';
import { type LocalProgram, startOnPort, startProgram } from './local-program.ts';
import { programFault } from './program-fault.ts';
import { secretFile } from './secret-file.ts';

const run = promisify(execFile);
const schemaDirs = ['/etc/ldap/schema', '/etc/openldap/schema', '/opt/homebrew/etc/openldap/schema'];
const moduleDirs = ['/usr/lib/ldap', '/usr/lib64/openldap', '/usr/lib/openldap'];

/** A slapd to start. */
export interface SlapdOptions {
  /** Data, password, port and configuration; kept data is used again by the next start. */
  readonly dir: string;
  readonly logFile: string;
  readonly leash: Leash;
  readonly pki: Pick<DevelopmentPki, 'ca' | 'ldap'>;
  /** Writes the LDIF of a directory that is empty yet, its suffix first. */
  readonly writeLdif: (file: string) => Promise<void>;
  /** Loads entries that break the schema's rules about attributes, too; false when left out. */
  readonly lenient?: boolean;
  /** Rejects until it answers; left out, it is asked over TLS as a client that verifies its certificate. */
  readonly check?: (address: LdapAddress) => Promise<void>;
}

/** What an OpenLDAP of this machine needs installed. */
export const slapdNeed: ProgramNeed = {
  program: 'slapd',
  debianPackage: 'slapd',
  find: () => findProgram('slapd'),
};

/** Starts slapd, which is installed first where it is missing, with LDAPS only; the LDIF is loaded once, later changes stay. It is stopped with `resources`. */
export async function startSlapd(
  options: SlapdOptions,
  resources: AsyncDisposableStack,
): Promise<LdapAddress & { readonly program: LocalProgram }> {
  const { dir, logFile, leash, pki, check = checkLdap } = options;
  await mkdir(dir, { recursive: true });
  await installPrograms([slapdNeed], {
    dir,
    report: (line) => process.stderr.write(`${line}\n`),
    advice: 'some tests start their own: install slapd.',
  });
  const adminPassword = await secretFile(join(dir, 'admin-password'));
  const configuration = join(dir, 'slapd.conf');
  const write = async (dataDir: string): Promise<void> =>
    writeFile(configuration, await slapdConf({ dir, dataDir, adminPassword, pki }), { mode: 0o600 });
  const dataDir = join(dir, 'data');
  await load(dataDir, configuration, write, options);
  await write(dataDir);

  const slapd = (await findProgram('slapd')) ?? 'slapd';
  return startOnPort(
    () => claimPort(join(dir, 'port')),
    async (port) => {
      const url = `ldaps://127.0.0.1:${port}`;
      const address = { url, baseDn: ldapBaseDn, adminDn: ldapAdminDn, adminPassword, caFile: pki.ca };
      const program = await startProgram(
        {
          command: slapd,
          // A debug level keeps slapd in the foreground; "none" is the quietest that still tells of failures.
          args: ['-f', configuration, '-h', `${url}/`, '-d', 'none'],
          options: { name: 'OpenLDAP', cwd: dir },
          logFile,
          check: () => check(address),
        },
        leash,
        resources,
      );
      return { ...address, program };
    },
  );
}

async function load(
  dataDir: string,
  configuration: string,
  writeConfiguration: (dataDir: string) => Promise<void>,
  { writeLdif, lenient = false }: SlapdOptions,
): Promise<void> {
  const loaded = await access(join(dataDir, 'data.mdb')).then(
    () => true,
    () => false,
  );
  if (loaded) return;
  // Loaded beside its place, so that an interrupted load leaves nothing that looks complete.
  const draft = `${dataDir}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft);
  await writeConfiguration(draft);
  const ldif = `${dataDir}.ldif`;
  await writeLdif(ldif);
  const slapadd = (await findProgram('slapadd')) ?? 'slapadd';
  try {
    await run(slapadd, ['-q', ...(lenient ? ['-s'] : []), '-f', configuration, '-l', ldif]);
  } catch (cause) {
    throw new SetupError(`slapadd could not load the directory: ${programFault(cause)}`, { cause });
  }
  await rename(draft, dataDir);
}

async function slapdConf(server: {
  readonly dir: string;
  readonly dataDir: string;
  readonly adminPassword: string;
  readonly pki: Pick<DevelopmentPki, 'ca' | 'ldap'>;
}): Promise<string> {
  const { dir, dataDir, adminPassword, pki } = server;
  const schemaDir = await firstExisting(schemaDirs);
  if (schemaDir === undefined)
    throw new SetupError(`OpenLDAP's schema files are in none of ${schemaDirs.join(', ')}.`);
  const moduleDir = await firstExisting(moduleDirs);
  return renderSlapdConf({
    SCHEMA_DIR: schemaDir,
    SEED_DIR: ldapSeedDir,
    RUN_DIR: dir,
    DATA_DIR: dataDir,
    // Where the backend is no module, it is built in.
    LOAD_BACKEND: moduleDir === undefined ? '' : `modulepath ${moduleDir}\nmoduleload back_mdb`,
    CA_FILE: pki.ca,
    CERT_FILE: pki.ldap.cert,
    KEY_FILE: pki.ldap.key,
    ADMIN_DN: ldapAdminDn,
    ADMIN_PASSWORD_HASH: hashLdapPassword(adminPassword),
  });
}
