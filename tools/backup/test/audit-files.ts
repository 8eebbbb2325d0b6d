import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Keys and tokens of an audit, as files in a folder; and the key by which auditors open full URLs. */
export async function makeFiles(folder: string) {
  const signing = generateKeyPairSync('ed25519');
  const auditors = generateKeyPairSync('x25519');
  const write = async (name: string, text: string | Buffer) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  return {
    auditors: auditors.privateKey,
    files: {
      signingKey: await write('signing.pem', signing.privateKey.export({ format: 'pem', type: 'pkcs8' })),
      verifyingKey: await write('verifying.pem', signing.publicKey.export({ format: 'pem', type: 'spki' })),
      urlKey: await write('auditors.pem', auditors.publicKey.export({ format: 'pem', type: 'spki' })),
      tokens: await write('tokens.json', JSON.stringify({ auditor: 'a'.repeat(32) })),
    },
  };
}
