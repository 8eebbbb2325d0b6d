export { SetupError } from './setup-error.ts';
export { createAuthority, loadAuthority, type Authority, type AuthorityRequest } from './pki/authority.ts';
export {
  issueCertificate,
  type CertificateRequest,
  type IssuedCertificate,
} from './pki/issue-certificate.ts';
export { issueCrl, type CrlRequest } from './pki/issue-crl.ts';
export { createDevelopmentPki } from './pki/development-pki.ts';
export { pkiPaths, type CertificateFiles, type DevelopmentPki } from './pki/pki-paths.ts';
export { renewCrls } from './pki/renew-crls.ts';
export { startLeash, type Leash, type LeashedProcess, type SpawnOptions } from './leash/leash.ts';
export { sweepLeftovers } from './leash/sweep-leftovers.ts';
