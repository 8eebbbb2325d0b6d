import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UsageFault } from './command-fault.ts';
import { readPlatformCard } from './platform-card.ts';

const good = {
  version: 1,
  pid: process.pid,
  edge: { https: 'https://127.0.0.1:8443', http: 'http://127.0.0.1:8080' },
  pki: { ca: '.local/pki/ca.pem' },
  consumers: {
    good: { asid: '200000000359', odsCode: 'R1A14', fqdn: 'a.nhs.uk', cert: 'c.pem', key: 'k.pem' },
  },
  ldap: {
    url: 'ldaps://127.0.0.1:1636',
    baseDn: 'o=nhs',
    adminDn: 'cn=admin,o=nhs',
    adminPassword: 'secret',
  },
  more: 'than is asked for',
};

function cardIn(resources: DisposableStack, text: string) {
  const dir = resources.use(mkdtempDisposableSync(join(tmpdir(), 'card-'))).path;
  writeFileSync(join(dir, 'platform.json'), text);
  return dir;
}

test('a card is read from where the person stands, and its paths are those of the repository', () => {
  using resources = new DisposableStack();
  const dir = cardIn(resources, JSON.stringify(good));
  const card = readPlatformCard('platform.json', dir);
  expect(card).toMatchObject({ file: 'platform.json', consumers: { good: { odsCode: 'R1A14' } } });
  expect(card?.path('.local/pki/ca.pem')).toMatch(/^\/.*\/\.local\/pki\/ca\.pem$/);
  expect(card?.path('.local/pki/ca.pem')).not.toContain(dir);
});

test.for([
  { what: 'half a card', text: JSON.stringify(good).slice(0, 200), fault: 'not JSON' },
  { what: 'a card without an edge', text: JSON.stringify({ ...good, edge: undefined }), fault: 'edge' },
  { what: 'another version', text: JSON.stringify({ ...good, version: 2 }), fault: 'version' },
  // Above any pid that Linux gives out.
  { what: 'a card left behind', text: JSON.stringify({ ...good, pid: 2 ** 30 }), fault: 'has ended' },
])('$what is told, without its secrets', ({ text, fault }) => {
  using resources = new DisposableStack();
  const dir = cardIn(resources, text);
  const read = () => readPlatformCard('platform.json', dir);
  expect(read).toThrow(UsageFault);
  expect(read).toThrow(fault);
  expect(read).not.toThrow('secret');
});

test('a card that was named and is not there is told', () => {
  expect(() => readPlatformCard('/nowhere/platform.json', '/')).toThrow('ENOENT');
});
