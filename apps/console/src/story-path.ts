import { type PageSources } from './page-sources.ts';
import { type Person } from './person.ts';

/** Where a person reads the story of an exchange; null for whoever may not, or where the console knows no audit. */
export function storyPathFor(
  { audit }: Pick<PageSources, 'audit'>,
  { role }: Person,
): ((internalId: string) => string) | null {
  if (audit === null || (role !== 'auditor' && role !== 'operator')) return null;
  return (internalId) => `/audit/story?internalId=${encodeURIComponent(internalId)}`;
}
