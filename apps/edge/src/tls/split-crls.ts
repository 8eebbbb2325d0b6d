const beginnings = ['-----BEGIN X509 CRL-----', '-----BEGIN CRL-----'];
const ending = '-----END ';

/** Takes a file of CRLs apart: one in DER, or any number in PEM. Throws an Error where there is none. */
export function splitCrls(content: Buffer): readonly Buffer[] {
  if (content[0] === 0x30) return [content];
  const crls: Buffer[] = [];
  let at = 0;
  for (;;) {
    const begin = nextBeginning(content, at);
    if (begin === null) break;
    const end = content.indexOf(ending, begin);
    if (end === -1) throw new Error('a CRL in it is cut off');
    crls.push(Buffer.from(content.toString('latin1', begin, end), 'base64'));
    at = end;
  }
  if (crls.length === 0) throw new Error('no CRL in it');
  return crls;
}

function nextBeginning(content: Buffer, from: number): number | null {
  const ends = beginnings.flatMap((label) => {
    const at = content.indexOf(label, from);
    return at === -1 ? [] : [at + label.length];
  });
  return ends.length === 0 ? null : Math.min(...ends);
}
