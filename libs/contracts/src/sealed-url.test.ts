import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { isSealedUrl, openSealedUrl, urlKeyId, urlSealer } from './sealed-url.ts';

const auditors = generateKeyPairSync('x25519');
const others = generateKeyPairSync('x25519');
const url = 'https://provider.example/fhir/Patient?identifier=9476719931&name=Zoë';
const id = '93dd501c-4a5b-4c8e-9a53-0f1e2d3c4b5a';
const nowMs = Date.parse('2026-03-01T12:00:00Z');

test('only the private key opens what was sealed, for the exchange it was sealed for', () => {
  const sealed = urlSealer(auditors.publicKey)(url, id, nowMs);
  expect(isSealedUrl(sealed)).toBe(true);
  expect(isSealedUrl(url)).toBe(false);
  expect(sealed).not.toContain('9476719931');
  expect(openSealedUrl(sealed, id, [others.privateKey, auditors.privateKey])).toBe(url);
  expect(() => openSealedUrl(sealed, id, [others.privateKey])).toThrow(
    `it is sealed to the key ${urlKeyId(auditors.privateKey)}`,
  );
  expect(() => openSealedUrl(sealed, crypto.randomUUID(), [auditors.privateKey])).toThrow(
    'not what was sealed for this exchange',
  );
});

test.for([2, 3, 4, 5])('a sealed text with another part %i is not opened', (part) => {
  const parts = urlSealer(auditors.publicKey)(url, id, nowMs).split('.');
  const told = parts[part] ?? '';
  parts[part] = `${told.startsWith('A') ? 'B' : 'A'}${told.slice(1)}`;
  expect(() => openSealedUrl(parts.join('.'), id, [auditors.privateKey])).toThrow(/^it is /);
});

test('a data key serves ten minutes, and no two texts are alike', () => {
  const seal = urlSealer(auditors.publicKey);
  const wrapped = (atMs: number) => seal(url, id, atMs).split('.')[3];
  const first = wrapped(nowMs);
  expect(wrapped(nowMs + 599_999)).toBe(first);
  expect(wrapped(nowMs + 600_000)).not.toBe(first);
  expect(seal(url, id, nowMs)).not.toBe(seal(url, id, nowMs));
});

test('texts of any length are opened, and no two have a nonce in common', () => {
  const seal = urlSealer(auditors.publicKey);
  const urls = Array.from({ length: 600 }, (_, length) => 'é'.repeat(length % 7) + 'x'.repeat(length));
  const sealed = urls.map((one) => seal(one, id, nowMs));
  expect(sealed.map((one) => openSealedUrl(one, id, [auditors.privateKey]))).toEqual(urls);
  expect(new Set(sealed.map((one) => one.split('.')[4])).size).toBe(urls.length);
});

/** A key and what was sealed to it, so that the form does not change unseen. */
const kept = {
  x: 'HcdipkGgUvhXP2QaKqDjjVKWyEBJX9xgyezdbJwUpE0',
  d: 'KJy5BwCaH85nLVTGUoIJAbMxDNDjNlGly4FS5JpHBXw',
  sealed:
    'sealed.v1.b48baf783bd176e0.GD1Pb85sVg3354JVlSZvh7D76KswS_kWVRGKbPZHDmi79hD7nLP5BJBmUUWdbbnJm30_Q4Lmd3rq14sFRBaScAnL4LsFbvN_vhWpsynJaE0.7sx4VYo3AtDJxSL5.LwRchVA-ot5uSz-9yQrKVgqfP4XTNdQ_1SIaHfRQWuLWWwVH143O8LBRNDL7BXZZ_5x79I4nBXK6qFolVKP7uhPj1cyQbWWPL6QuQTAyA_oFamyVlA',
};

test('what was sealed once is opened for good', () => {
  const key = createPrivateKey({ key: { kty: 'OKP', crv: 'X25519', x: kept.x, d: kept.d }, format: 'jwk' });
  expect(openSealedUrl(kept.sealed, id, [key])).toBe(url);
});
