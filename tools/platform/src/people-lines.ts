import { type SamplePerson } from '@ssp/identity-provider';

/** A line for each sample person: user, password, role. */
export function peopleLines(people: readonly SamplePerson[]): string {
  return people
    .map(
      ({ user, password, role, supplier }) =>
        `  ${user.padEnd(12)} ${password.padEnd(12)} ${role ?? 'no role'}${supplier === null ? '' : ` of ${supplier}`}`,
    )
    .join('\n');
}
