export { openSpool, type SpoolSettings } from './open-spool.ts';
export { type Spool, type SpoolLimits } from './spool.ts';
export { SpoolFullError, SpoolInUseError, SpoolWriteError } from './spool-errors.ts';
