import { randomBytes } from 'node:crypto';

/** Makes short ids, unique over all processes: a random prefix of this one's and a count. */
export function createDecisionIds(): () => string {
  const prefix = randomBytes(9).toString('base64url');
  let made = 0;
  return () => {
    made += 1;
    return `${prefix}.${made.toString(36)}`;
  };
}
