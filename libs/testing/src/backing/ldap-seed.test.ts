import { expect, test } from 'vitest';
import { readSampleDirectory, renderSlapdConf } from './ldap-seed.ts';

test('every placeholder of the configuration can be filled in', async () => {
  const names =
    'SCHEMA_DIR SEED_DIR RUN_DIR DATA_DIR LOAD_BACKEND CA_FILE CERT_FILE KEY_FILE ADMIN_DN ADMIN_PASSWORD_HASH';
  const text = await renderSlapdConf(Object.fromEntries(names.split(' ').map((name) => [name, 'x'])));
  expect(text.replaceAll(/^#.*$/gm, '')).not.toContain('@');
});

test('the sample directory begins with its suffix and parts entry from entry', async () => {
  const ldif = await readSampleDirectory();
  const names = ldif.split(/\n\n+/).flatMap((block) => block.match(/^dn: .*$/gm) ?? []);
  expect(names[0]).toBe('dn: o=nhs');
  expect(new Set(names).size).toBe(ldif.match(/^dn: /gm)?.length);
});
