const begin = '-----BEGIN CERTIFICATE-----';
const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM text, a chain or a bundle of CAs, each by itself. Throws where there is none, or one that is cut short. */
export function certificateBlocks(pem: string): readonly string[] {
  const blocks = pem.match(block);
  if (blocks === null) throw new Error('it holds no certificate');
  const rest = pem.replaceAll(block, '').trimEnd();
  const last = rest.slice(rest.lastIndexOf('\n') + 1);
  if (rest.includes(begin) || (last !== '' && begin.startsWith(last)))
    throw new Error('a certificate in it is cut short');
  return blocks;
}
