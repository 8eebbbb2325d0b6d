import {
  attributeTypes,
  type DistinguishedName,
  type NameAttribute,
  valuesOf,
} from './distinguished-name.ts';

/** Attributes that a consumer's subject must have; none where the policy is off. */
export type DnPolicy = readonly NameAttribute[];

export type DnFault = {
  readonly code: 'certificate-dn-attribute-missing' | 'certificate-dn-attribute-differs';
  readonly required: NameAttribute;
};

const knownTypes = new Map(Object.values(attributeTypes).map((type) => [type.toLowerCase(), type]));

/** Reads `O=nhs, OU=Devices`, or `none`. Throws an Error that names the part that is no such thing. */
export function parseDnPolicy(text: string): DnPolicy {
  if (text.trim() === 'none') return [];
  return text.split(',').map((part) => {
    const equals = part.indexOf('=');
    const known = knownTypes.get(part.slice(0, equals).trim().toLowerCase());
    const value = part.slice(equals + 1).trim();
    if (equals === -1 || known === undefined || value === '')
      throw new Error(`"${part.trim()}" is no attribute, as O=nhs is one`);
    return { type: known, value };
  });
}

/**
 * What of the policy a subject does not meet. A type may occur more than once, as OU often does: one of its values must
 * be the required one. Case and runs of blanks do not count (X.520 caseIgnoreMatch, the rule of these attributes).
 */
export function dnFault(subject: DistinguishedName, policy: DnPolicy): DnFault | null {
  for (const required of policy) {
    const values = valuesOf(subject, required.type);
    if (values.length === 0) return { code: 'certificate-dn-attribute-missing', required };
    const wanted = folded(required.value);
    if (!values.some((value) => folded(value) === wanted))
      return { code: 'certificate-dn-attribute-differs', required };
  }
  return null;
}

function folded(value: string): string {
  return value.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
}
