import { type Fault } from '../page.ts';

/** What is said beside each field of a form that has a fault. */
export function fieldErrors(faults: readonly Fault[]): Readonly<Record<string, { readonly text: string }>> {
  return Object.fromEntries(faults.map(({ field, text }) => [field, { text }]));
}
