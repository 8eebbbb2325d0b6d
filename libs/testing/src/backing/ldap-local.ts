import { execFile } from 'node:child_process';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SetupError } from '../setup-error.ts';
import { type BackingContext } from './backing-part.ts';
import { findProgram } from './find-program.ts';
import {
  firstExisting,
  hashLdapPassword,
  ldapAdminDn,
  ldapBaseDn,
  ldapSeedDir,
  readSampleDirectory,
  renderSlapdConf,
} from './ldap-seed.ts';
import { checkLdap, type LdapService } from './ldap-service.ts';
import { claimPort } from './local-port.ts';
import { startOnPort, startProgram } from './local-program.ts';
import { secretFile } from './secret-file.ts';
import { programFault } from './program-fault.ts';

const run = promisify(execFile);
const schemaDirs = ['/etc/ldap/schema', '/etc/openldap/schema', '/opt/homebrew/etc/openldap/schema'];
const moduleDirs = ['/usr/lib/ldap', '/usr/lib64/openldap', '/usr/lib/openldap'];

/** Starts slapd with LDAPS only; the sample directory is loaded once, later changes stay. */
export async function startLocalLdap(context: BackingContext): Promise<LdapService> {
  const dir = join(context.dir, 'ldap');
  await mkdir(dir, { recursive: true });
  const adminPassword = await secretFile(join(dir, 'admin-password'));
  const configuration = join(dir, 'slapd.conf');
  const write = async (dataDir: string): Promise<void> =>
    writeFile(configuration, await slapdConf({ dir, dataDir, adminPassword, context }), { mode: 0o600 });
  const dataDir = join(dir, 'data');
  await load(dataDir, configuration, write);
  await write(dataDir);

  const slapd = (await findProgram('slapd')) ?? 'slapd';
  const claim = (): Promise<number> => claimPort(join(dir, 'port'));
  return startOnPort(claim, async (port) => {
    const address = {
      url: `ldaps://127.0.0.1:${port}`,
      baseDn: ldapBaseDn,
      adminDn: ldapAdminDn,
      adminPassword,
      caFile: context.pki.ca,
    };
    const program = await startProgram(
      {
        command: slapd,
        // A debug level keeps slapd in the foreground; "none" is the quietest that still tells of failures.
        args: ['-f', configuration, '-h', `${address.url}/`, '-d', 'none'],
        options: { name: 'OpenLDAP', cwd: dir },
        logFile: join(context.dir, 'ldap.log'),
        check: () => checkLdap(address),
      },
      context.leash,
      context.resources,
    );
    return { ...address, source: 'local', program };
  });
}

async function load(
  dataDir: string,
  configuration: string,
  writeConfiguration: (dataDir: string) => Promise<void>,
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
  await writeFile(ldif, await readSampleDirectory());
  const slapadd = (await findProgram('slapadd')) ?? 'slapadd';
  try {
    await run(slapadd, ['-q', '-f', configuration, '-l', ldif]);
  } catch (cause) {
    throw new SetupError(`slapadd could not load the sample directory: ${programFault(cause)}`, { cause });
  }
  await rename(draft, dataDir);
}

async function slapdConf(server: {
  readonly dir: string;
  readonly dataDir: string;
  readonly adminPassword: string;
  readonly context: BackingContext;
}): Promise<string> {
  const { dir, dataDir, adminPassword, context } = server;
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
    CA_FILE: context.pki.ca,
    CERT_FILE: context.pki.ldap.cert,
    KEY_FILE: context.pki.ldap.key,
    ADMIN_DN: ldapAdminDn,
    ADMIN_PASSWORD_HASH: hashLdapPassword(adminPassword),
  });
}
