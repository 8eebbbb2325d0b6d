import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
  randomFillSync,
} from 'node:crypto';

/** Turns a full URL of an exchange into what is stored of it. */
export type SealUrl = (url: string, internalId: string, nowMs: number) => string;

const prefix = 'sealed.v1.';
const cipher = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
// The key that wraps a data key is used once, so that its nonce may be constant.
const wrapNonce = Buffer.alloc(nonceBytes);
/** What stands before the 32 bytes of an X25519 key in DER. */
const spkiHead = Buffer.from('302a300506032b656e032100', 'hex');
const dataKeyLifeMs = 600_000;
const urlsPerDataKey = 1_000_000;
const noncesAtOnce = 256;

/**
 * Seals URLs to a public X25519 key: who has written them cannot read them again. A data key serves ten minutes at most, since
 * agreeing on one costs more than all else; each text carries it, wrapped, and so stands by itself.
 */
export function urlSealer(recipient: KeyObject): SealUrl {
  const keyId = urlKeyId(recipient);
  const nextNonce = nonceSource();
  let inUse = { key: Buffer.alloc(0), wrapped: '', untilMs: 0, left: 0 };
  return (url, internalId, nowMs) => {
    if (nowMs >= inUse.untilMs || inUse.left <= 0) {
      const key = randomBytes(keyBytes);
      inUse = { key, wrapped: wrapKey(key, recipient), untilMs: nowMs + dataKeyLifeMs, left: urlsPerDataKey };
    }
    inUse.left -= 1;
    const nonce = nextNonce();
    const work = createCipheriv(cipher, inUse.key, nonce).setAAD(Buffer.from(internalId));
    const sealed = work.update(url, 'utf8');
    work.final();
    // A multiple of three bytes, so that what comes after them can be written after them.
    const whole = sealed.length - (sealed.length % 3);
    const rest = Buffer.concat([sealed.subarray(whole), work.getAuthTag()]).toString('base64url');
    return `${prefix}${keyId}.${inUse.wrapped}.${nonce.toString('base64url')}.${sealed.toString('base64url', 0, whole)}${rest}`;
  };
}

/** Gives random nonces, each once. Asking for many at a time costs as much as asking for one. */
function nonceSource(): () => Buffer {
  const drawn = Buffer.alloc(noncesAtOnce * nonceBytes);
  let next = drawn.length;
  return () => {
    if (next === drawn.length) {
      randomFillSync(drawn);
      next = 0;
    }
    next += nonceBytes;
    return drawn.subarray(next - nonceBytes, next);
  };
}

/** Is the stored text one that only a private key opens? */
export function isSealedUrl(stored: string): boolean {
  return stored.startsWith(prefix);
}

/**
 * Opens what is stored of the URL of an exchange by the one of the private X25519 keys that it is sealed to.
 * @throws Error that names the key where none of them is, or says that the text is not what was sealed for this exchange
 */
export function openSealedUrl(stored: string, internalId: string, keys: readonly KeyObject[]): string {
  const [keyId = '', wrapped = '', nonce = '', sealed = ''] = stored.slice(prefix.length).split('.');
  const key = keys.find((one) => urlKeyId(one) === keyId);
  if (key === undefined) throw new Error(`it is sealed to the key ${keyId}`);
  try {
    const dataKey = unwrapKey(bytesOf(wrapped), key);
    return decrypt(dataKey, bytesOf(nonce), bytesOf(sealed), internalId).toString('utf8');
  } catch (cause) {
    throw new Error('it is not what was sealed for this exchange', { cause });
  }
}

/** Names a key, be it the public or the private one: 16 hex digits of the SHA-256 of its public half as SubjectPublicKeyInfo. */
export function urlKeyId(key: KeyObject): string {
  return createHash('sha256').update(spkiHead).update(rawPublic(key)).digest('hex').slice(0, 16);
}

function wrapKey(dataKey: Buffer, recipient: KeyObject): string {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  const ephemeral = rawPublic(publicKey);
  const shared = diffieHellman({ privateKey, publicKey: recipient });
  const wrapped = encrypt(wrappingKey(shared, ephemeral, rawPublic(recipient)), wrapNonce, dataKey, '');
  return Buffer.concat([ephemeral, wrapped]).toString('base64url');
}

function unwrapKey(wrapped: Buffer, privateKey: KeyObject): Buffer {
  const ephemeral = wrapped.subarray(0, keyBytes);
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'X25519', x: ephemeral.toString('base64url') },
    format: 'jwk',
  });
  const shared = diffieHellman({ privateKey, publicKey });
  const key = wrappingKey(shared, ephemeral, rawPublic(privateKey));
  return decrypt(key, wrapNonce, wrapped.subarray(keyBytes), '');
}

function wrappingKey(shared: Buffer, ephemeral: Buffer, recipient: Buffer): Buffer {
  const salt = Buffer.concat([ephemeral, recipient]);
  return Buffer.from(hkdfSync('sha256', shared, salt, 'ssp.audit.url.v1', keyBytes));
}

function encrypt(key: Buffer, nonce: Buffer, plain: Buffer, boundTo: string): Buffer {
  const work = createCipheriv(cipher, key, nonce).setAAD(Buffer.from(boundTo));
  return Buffer.concat([work.update(plain), work.final(), work.getAuthTag()]);
}

function decrypt(key: Buffer, nonce: Buffer, sealed: Buffer, boundTo: string): Buffer {
  const end = Math.max(sealed.length - tagBytes, 0);
  const work = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  work.setAAD(Buffer.from(boundTo)).setAuthTag(sealed.subarray(end));
  return Buffer.concat([work.update(sealed.subarray(0, end)), work.final()]);
}

/** The 32 bytes of a key's public half. */
function rawPublic(key: KeyObject): Buffer {
  return bytesOf(String(key.export({ format: 'jwk' }).x));
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'base64url');
}
