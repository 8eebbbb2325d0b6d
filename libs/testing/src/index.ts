export { SetupError } from './setup-error.ts';
export { createAuthority, loadAuthority, type Authority, type AuthorityRequest } from './pki/authority.ts';
export {
  issueCertificate,
  type CertificateRequest,
  type IssuedCertificate,
} from './pki/issue-certificate.ts';
export { exportPrivateKey } from './pki/keys.ts';
export { derElement, issueCrl, type CrlExtension, type CrlRequest } from './pki/issue-crl.ts';
export { createDevelopmentPki } from './pki/development-pki.ts';
export { pkiPaths, type CertificateFiles, type DevelopmentPki } from './pki/pki-paths.ts';
export { renewCrls } from './pki/renew-crls.ts';
export { edgeEnvironment, edgeFiles } from './edge-environment.ts';
export { startLeash, type Leash, type LeashedProcess, type SpawnOptions } from './leash/leash.ts';
export { readLeashRecord } from './leash/leash-record.ts';
export { leashOwner } from './leash/leash-owner.ts';
export { sweepLeftovers } from './leash/sweep-leftovers.ts';
export {
  startBackingServices,
  type BackingOptions,
  type BackingServices,
} from './backing/backing-services.ts';
export { type BackingService } from './backing/backing-part.ts';
export { findChromium } from './backing/find-chromium.ts';
export { findPromtool } from './backing/find-promtool.ts';
export { findProgram } from './backing/find-program.ts';
export { installPrograms } from './backing/install-programs.ts';
export { findFreePort, reservePort } from './backing/local-port.ts';
export { type LocalProgram } from './backing/local-program.ts';
export { type PostgresAddress, type PostgresService } from './backing/postgres-service.ts';
export { type GuardedPostgres, startGuardedPostgres, tlsParameters } from './backing/guarded-postgres.ts';
export { type RedisService } from './backing/redis.ts';
export { type RedisServer, startRedisServer } from './backing/redis-server.ts';
export { type RedisCluster, startRedisCluster } from './backing/redis-cluster.ts';
export { type KafkaService } from './backing/kafka-service.ts';
export { type OwnKafka, startOwnKafka, startOwnKafkaCluster } from './backing/own-kafka.ts';
export { type OwnPostgres, startOwnPostgres } from './backing/own-postgres.ts';
export { type GuardedKafka, startGuardedKafka } from './backing/guarded-kafka.ts';
export { type KafkaNode } from './backing/kafka-cluster.ts';
export { type LdapAddress, type LdapService } from './backing/ldap-service.ts';
export { startSlapd, type SlapdOptions } from './backing/slapd.ts';
export { createDatabaseIn } from './backing/create-database.ts';
export {
  startStubProvider,
  type ProviderHandler,
  type SeenRequest,
  type StubProvider,
  type StubProviderOptions,
} from './stub-provider.ts';
export { startStubTimeServer, type StubTimeServer, type TimeServerConduct } from './stub-time-server.ts';
export { startStubIssuer, type StubIssuer } from './stub-issuer.ts';
export { breakableLink, type BreakableLink } from './breakable-link.ts';
export { startOwnTime } from './own-time.ts';
export { listenOnLoopback } from './listen-on-loopback.ts';
export { ourEnvironment, ourProgram, type ProgramEnvironment, runOurs } from './run-ours.ts';
export { startAudit } from './start-audit.ts';
export { readWire, type WireMessage, type WireReading } from './http/strict-http.ts';
export { sendOverWire, type WireAnswer, type WireSending } from './http/wire-consumer.ts';
export { startWireProvider, type WireProvider } from './http/wire-provider.ts';
export { type Random, seededRandom } from './seeded-random.ts';
