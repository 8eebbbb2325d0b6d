import { type authzRefusals } from '@ssp/contracts';
import { type RefusalCode, refusals } from '@ssp/spine';

type EdgeRefusalCode = Exclude<RefusalCode, (typeof authzRefusals)[number]>;

/** Where the edge ends an exchange by itself: the stage of its path, and the section of docs/errors.md that tells of it. */
type Place = { readonly stage: string; readonly section: string };

const certificate = { stage: 'identify', section: 'the-callers-certificate' };
const message = { stage: 'check message', section: 'the-request' };
const read = { stage: 'read', section: 'the-request' };
const token = { stage: 'check request', section: 'the-token' };
const throttling = { stage: 'admit', section: 'throttling' };
const forwarding = { stage: 'forward', section: 'audit-and-provider' };

/** Every refusal that is not a decision of authz. */
export const edgeRefusals: Readonly<Record<EdgeRefusalCode, Place>> = {
  'certificate-missing': certificate,
  'certificate-untrusted': certificate,
  'certificate-chain-incomplete': certificate,
  'certificate-wrong-purpose': certificate,
  'certificate-not-yet-valid': certificate,
  'certificate-expired': certificate,
  'certificate-revoked': certificate,
  'certificate-issuer-revoked': certificate,
  'no-crl-in-force': certificate,
  'certificate-name-missing': certificate,
  'certificate-dn-attribute-missing': certificate,
  'certificate-dn-attribute-differs': certificate,
  'plain-http-on-tls-port': { stage: 'the door', section: 'the-request' },
  'malformed-request': message,
  'expectation-failed': message,
  'headers-too-large': message,
  'request-timeout': message,
  'method-not-allowed': read,
  'invalid-target': read,
  'target-too-long': read,
  'missing-or-invalid-header': read,
  'invalid-nhs-number': { stage: 'check request', section: 'the-request' },
  'token-missing': token,
  'token-invalid': token,
  'token-mismatch': { stage: 'check parties', section: 'the-token' },
  'consumer-limit': throttling,
  'provider-limit': throttling,
  'provider-share-limit': throttling,
  'provider-in-flight-limit': throttling,
  'supplier-limit': throttling,
  'global-limit': throttling,
  'edge-in-flight-limit': throttling,
  'limits-page-limit': { stage: 'answer limits', section: 'throttling' },
  'throttle-unavailable': throttling,
  'audit-unavailable': forwarding,
  'audit-spool-unavailable': forwarding,
  'authorisation-unavailable': { stage: 'authorise', section: 'authorisation' },
  'provider-unreachable': forwarding,
  'provider-timeout': forwarding,
  'provider-timeout-unofficial': forwarding,
  'provider-busy': forwarding,
  internal: forwarding,
};

/** The edge's own refusal behind a code of the audit, or null where authz decided or nobody knows the code. */
export function edgeRefusalOf(code: string | null): (Place & { readonly status: number }) | null {
  if (code === null || !isEdgeRefusal(code)) return null;
  return { ...edgeRefusals[code], status: refusals[code].status };
}

function isEdgeRefusal(code: string): code is EdgeRefusalCode {
  return Object.hasOwn(edgeRefusals, code);
}
