import { DatabaseError } from 'pg';

const deadlockDetected = '40P01';

/** Whether Postgres ended this transaction for another that it waited for, and that waited for it: it can be tried again. */
export function isDeadlock(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === deadlockDetected;
}
