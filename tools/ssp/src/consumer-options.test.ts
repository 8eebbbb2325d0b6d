import { Command } from 'commander';
import { expect, test } from 'vitest';
import { capturedTerminal } from '../test/captured-terminal.ts';
import { addConsumerOptions, consumerSystem } from './consumer-options.ts';
import { type PlatformCard } from './platform-card.ts';

const consumer = { asid: '1', odsCode: 'R1', fqdn: 'a.nhs.uk', cert: 'pki/a.pem', key: 'pki/a.key' };
const card: PlatformCard = {
  version: 1,
  file: 'the-card.json',
  path: (named) => `/repository/${named}`,
  edge: { https: 'https://127.0.0.1:8443' },
  pki: { ca: 'pki/ca.pem' },
  consumers: { good: consumer, other: { ...consumer, asid: '2', fqdn: 'b.nhs.uk' } },
  ldap: { url: 'ldaps://127.0.0.1:1636', baseDn: 'o=nhs' },
};

function systemOf(args: readonly string[], of: PlatformCard | null) {
  const command = addConsumerOptions(
    new Command().exitOverride().configureOutput({ writeErr: () => undefined }),
  );
  return consumerSystem(
    command.parse([...args], { from: 'user' }).opts(),
    of,
    capturedTerminal('/home/somebody'),
  );
}

const good = {
  edgeUrl: 'https://127.0.0.1:8443',
  tls: { ca: '/repository/pki/ca.pem', cert: '/repository/pki/a.pem', key: '/repository/pki/a.key' },
  asid: '1',
  odsCode: 'R1',
  fqdn: 'a.nhs.uk',
};

test.for([
  { args: [], expected: good },
  { args: ['--as', 'other'], expected: { ...good, asid: '2', fqdn: 'b.nhs.uk' } },
  {
    args: ['--from', '3', '--edge', 'https://ssp.nhs.uk/'],
    expected: { ...good, asid: '3', edgeUrl: 'https://ssp.nhs.uk' },
  },
  { args: ['--ca', 'my.pem'], expected: { ...good, tls: { ...good.tls, ca: '/home/somebody/my.pem' } } },
])('with a card, $args leaves the rest to it', ({ args, expected }) => {
  expect(systemOf(args, card)).toEqual(expected);
});

test.for([
  { args: [], fault: 'start one with `npm start`, or give --edge, --cert, --key, --from, --from-ods' },
  { args: ['--edge', 'https://ssp.nhs.uk', '--from', '3'], fault: 'give --cert, --key, --from-ods' },
  { args: ['--edge', 'http://ssp.nhs.uk'], fault: 'give https://host or https://host:port' },
  { args: ['--edge', 'https://ssp.nhs.uk/https://orange.nhs.uk'], fault: 'nothing behind it' },
  {
    args: ['--edge', 'https://h', '--cert', 'c', '--key', 'k', '--from', '1', '--from-ods', 'R1'],
    fault: 'the certificate cannot be read: ENOENT',
  },
])('without a card, $args: $fault', ({ args, fault }) => {
  expect(() => systemOf(args, null)).toThrow(fault);
});

test('a consumer that the card does not have is told with those that it has', () => {
  expect(() => systemOf(['--as', 'nobody'], card)).toThrow(
    'the-card.json has no consumer nobody; it has good, other',
  );
});
