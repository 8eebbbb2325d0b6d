/** Nothing was taken: the spool holds as many bytes as it may. */
export class SpoolFullError extends Error {
  override readonly name = 'SpoolFullError';
}

/** Nothing was taken: the disk did not confirm it, as when it is full. The cause is the system's own error. */
export class SpoolWriteError extends Error {
  override readonly name = 'SpoolWriteError';
}

/** Another process that lives has this folder. */
export class SpoolInUseError extends Error {
  override readonly name = 'SpoolInUseError';
}
