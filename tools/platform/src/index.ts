export { askPostgres } from './ask-postgres.ts';
export { auditOfEach, type Audited, endsOfBoth, putAside } from './books.ts';
export { goodRequest, platformConsumer } from './consumer.ts';
export { platformPaths, type PlatformPaths, repositoryRoot } from './paths.ts';
export { type PlatformCard } from './platform-card.ts';
export { createReport, type Report } from './progress.ts';
export { untilReady } from './ready.ts';
export { startPlatform } from './start-platform.ts';
export { stopRequest } from './stop-request.ts';
