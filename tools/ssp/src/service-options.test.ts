import { Command } from 'commander';
import { expect, test } from 'vitest';
import { capturedTerminal } from '../test/captured-terminal.ts';
import { addServiceOptions, serviceAddress } from './service-options.ts';

const fromCard = { url: 'http://127.0.0.1:9000', token: 'of the card' };

function addressOf(args: readonly string[], card: typeof fromCard | null) {
  const command = addServiceOptions(new Command().exitOverride(), 'authz').parse([...args], { from: 'user' });
  return serviceAddress('authz', command.opts(), card, capturedTerminal('/home/somebody'));
}

test('with a card nothing need be given', () => {
  expect(addressOf([], fromCard)).toEqual({
    name: 'authz',
    url: fromCard.url,
    token: fromCard.token,
    tls: { ca: null, cert: null, key: null },
    timeoutMs: 30_000,
  });
});

test('the token of the card goes to no other address than that of the card', () => {
  expect(addressOf(['--url', 'https://elsewhere.nhs.uk'], fromCard).token).toBeNull();
});

test('files are those of where the person stands', () => {
  const { tls } = addressOf(['--ca', 'ca.pem', '--cert', '/a.pem', '--key', 'k/a.key'], fromCard);
  expect(tls).toEqual({ ca: '/home/somebody/ca.pem', cert: '/a.pem', key: '/home/somebody/k/a.key' });
});

test.for([
  { args: [], fault: 'start one with `npm start`, or give --url' },
  { args: ['--url', 'http://h', '--token-file', 'none'], fault: 'the token cannot be read: ENOENT' },
  { args: ['--url', 'http://h', '--token-file', import.meta.filename], fault: 'holds no token' },
  { args: ['--url', 'http://h', '--token-file', '/dev/null'], fault: 'holds no token' },
])('without a card $args ends with "$fault"', ({ args, fault }) => {
  expect(() => addressOf(args, null)).toThrow(fault);
});
