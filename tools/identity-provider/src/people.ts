import { randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export const SamplePerson = z.object({
  user: z.string(),
  password: z.string(),
  name: z.string(),
  /** Null for somebody who may sign in elsewhere, but not here. */
  role: z.string().nullable(),
  supplier: z.string().nullable(),
});
export type SamplePerson = z.output<typeof SamplePerson>;
const People = z.array(SamplePerson);

/** Two of a supplier each, by the names of the sample directory, and one of no role, to see that person refused. */
const samples: readonly Omit<SamplePerson, 'password'>[] = [
  { user: 'billing', name: 'Bilal Hussain', role: 'billing', supplier: null },
  { user: 'supplier', name: 'Sofia Marsh', role: 'supplier', supplier: 'YGP01' },
  { user: 'supplier2', name: 'Stefan Adeyemi', role: 'supplier', supplier: 'GP System 2' },
  { user: 'auditor', name: 'Aisha Thomas', role: 'auditor', supplier: null },
  { user: 'operator', name: 'Owen Clarke', role: 'operator', supplier: null },
  { user: 'nobody', name: 'Nora Bell', role: null, supplier: null },
];

/** The sample people, with passwords that the first start of a folder makes up. */
export async function readPeople(folder: string): Promise<readonly SamplePerson[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'people.json');
  const kept = People.parse(JSON.parse(await readFile(file, 'utf8').catch(() => '[]')));
  const made = samples
    .filter(({ user }) => !kept.some((person) => person.user === user))
    .map((person) => ({ ...person, password: randomBytes(6).toString('base64url') }));
  const people = [...kept, ...made];
  if (made.length > 0) await writeFile(file, `${JSON.stringify(people, null, 2)}\n`, { mode: 0o600 });
  return people;
}

/** Who has this name and password, or null. */
export function whoHas(people: readonly SamplePerson[], user: string, password: string): SamplePerson | null {
  const person = people.find((one) => one.user === user);
  if (person === undefined) return null;
  const [right, given] = [Buffer.from(person.password), Buffer.from(password)];
  return right.length === given.length && timingSafeEqual(right, given) ? person : null;
}
