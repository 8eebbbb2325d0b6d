export { type AuditApi, auditApiEnvironment, openAuditApi, toAuditApiConfig } from './audit-api.ts';
export { jsonBody } from './json-body.ts';
export {
  faultLine,
  type FileFault,
  type FileForm,
  type Inconsistency,
  type ReadFile,
  readFileText,
} from './read-file-text.ts';
export { readInput } from './read-input.ts';
export { whoChanges } from './who-changes.ts';
export { Why } from './why.ts';
