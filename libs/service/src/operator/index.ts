export { acceptFile } from './accept-file.ts';
export { type AuditApi, auditApiEnvironment, openAuditApi, toAuditApiConfig } from './audit-api.ts';
export { countChanges, diffEntries, type EntryChange, type FileEntry, listChanges } from './diff-entries.ts';
export { jsonBody } from './json-body.ts';
export { type LinkConfig, openLink } from './open-link.ts';
export { measureAnswer } from './measure-answer.ts';
export { openApiText } from './openapi-text.ts';
export { expressPath, type Operation, type Operations } from './operation.ts';
export {
  faultLine,
  faultLines,
  type FileFault,
  type FileForm,
  type Inconsistency,
  type ReadFile,
  readFileText,
} from './read-file-text.ts';
export { readInput } from './read-input.ts';
export { operatorTokensFile, startOperatorApi, type WhoChanges } from './start-operator-api.ts';
export { personBehind } from './who-changes.ts';
export { Why } from './why.ts';
