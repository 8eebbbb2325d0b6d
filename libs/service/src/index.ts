export { answerLines, type TellLines } from './answer-lines.ts';
export { type Caller, type CallerOf } from './caller.ts';
export { type CallerConfig, readCallers } from './read-callers.ts';
export { DescribedMetric } from './describe-metrics.ts';
export { type Clock } from './clock/clock.ts';
export { csvLine, type CsvValue } from './csv-line.ts';
export { drain } from './drain.ts';
export { configHelp, type ConfigVariable, describeConfig } from './describe-config.ts';
export { commaList, count, filePath, flag, grace, milliseconds, port } from './fields.ts';
export { type Health, type HealthReport } from './health.ts';
export {
  type InternalListenerConfig,
  listenerEnvironment,
  startInternalListener,
  toListener,
} from './internal-listener.ts';
export { EndpointError, jsonEndpoint } from './json-endpoint.ts';
export { listen, type ListenAddress, takeAddress } from './listen.ts';
export { ConfigError, loadConfig, readConfig } from './load-config.ts';
export { Problem, type ProblemStatus, renderProblem } from './problem.ts';
export { readSigningKey, readVerifyingKeys } from './read-ed25519-key.ts';
export { certificateBlocks } from './certificates/certificate-blocks.ts';
export { readCertificates } from './certificates/read-certificates.ts';
export { keepLinkFiles, type LinkFiles, type LinkTls } from './keep-link-files.ts';
export { readLinkFiles } from './read-link-files.ts';
export { Issuer, openIdEnvironment, toOpenIdConfig } from './open-id/open-id-environment.ts';
export { Person, type PersonRole, personRoles } from './open-id/person.ts';
export { provenCaller } from './proven-caller.ts';
export { runJob, runService } from './run-service.ts';
export { createService, type Service } from './service.ts';
export { everyMs, filesFingerprint, watchFiles } from './watch-files.ts';
