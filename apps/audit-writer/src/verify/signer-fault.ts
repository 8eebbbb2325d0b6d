import { type KnownKeys } from '../key-change.ts';
import { isSignedBy, type SignedStatement } from '../statement.ts';

/** Clocks may differ, and a round of signing may be under way, when a key is replaced. */
export const replacedGraceMs = 60_000;

/** Says what is wrong with who signed a statement at a time; null where nothing is. With a null `keyId` any known key may have. */
export function signerFault(
  signed: SignedStatement,
  { keyId, at }: { readonly keyId: Buffer | null; readonly at: Date },
  keys: KnownKeys,
): string | null {
  const named = keyId && keys.get(keyId.toString('hex'));
  const candidates = keyId ? (named ? [named] : []) : [...keys.values()];
  const signer = candidates.find(({ key }) => isSignedBy(signed, key));
  if (!signer) return 'altered, or put in by somebody without the key';
  return signer.until && at.getTime() > signer.until.getTime() + replacedGraceMs
    ? 'the key had been replaced by then'
    : null;
}
