import {
  AuditedStories,
  auditedStoriesPath,
  type AuditedStory,
  CountedPlace,
  countedPlaceAsk,
  explainPath,
  type Explanation,
  Explanations,
} from '@ssp/contracts';
import { type Api, ApiError } from '../api.ts';
import { readStoryChoice, type StoryChoice } from '../audit/exchange-choice.ts';
import { storyContent } from '../audit/story-content.ts';
import { type Page } from '../page.ts';
import { type Person } from '../person.ts';

/** Who tells of an exchange. */
type StorySources = { readonly audit: Api; readonly authz: Api | null; readonly billing: Api };

/** What happened to a request, step by step, why its checks passed or failed, and where it was counted. Without `authz` nothing is explained. */
export function auditStoryPage({ audit, authz, billing }: StorySources): Page {
  return {
    path: '/audit/story',
    roles: ['auditor', 'operator'],
    place: { group: 'Audit', text: 'Story of a request' },
    get: async ({ person, query }) => {
      const choice = readStoryChoice(query);
      const view = { kind: 'view', template: 'audit/story.njk', title: 'Story of a request' } as const;
      const seesUrls = person.role === 'auditor';
      if (choice === null) return { ...view, content: { choice: {}, stories: null, more: false, seesUrls } };
      try {
        const { stories, more } = await audit.read(
          AuditedStories,
          { path: auditedStoriesPath, query: choice },
          person,
        );
        const [explained, places] = await Promise.all([
          authz === null ? [] : explanationsOf(authz, stories, person),
          Promise.all(stories.map((story) => placeOf(billing, story, person))),
        ]);
        const told = stories.map((story, index) =>
          storyContent(story, explanationOf(story, explained), places[index] ?? null),
        );
        return { ...view, content: { choice, stories: told, more, seesUrls } };
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 400)) throw error;
        const content = { choice, stories: null, more: false, seesUrls };
        return { ...view, faults: [faultOf(choice)], content };
      }
    },
  };
}

/** The story is told also where nobody can explain it. */
async function explanationsOf(
  authz: Api,
  stories: readonly AuditedStory[],
  person: Person,
): Promise<readonly Explanation[]> {
  const traceIds = new Set(stories.flatMap(({ exchange }) => exchange.traceId ?? []));
  const asked = await Promise.all(
    Array.from(traceIds, async (traceId) => {
      try {
        const ask = { path: explainPath, method: 'POST', body: { traceId } } as const;
        return (await authz.read(Explanations, ask, person)).explanations;
      } catch (error) {
        if (error instanceof ApiError) return [];
        throw error;
      }
    }),
  );
  return asked.flat();
}

/** Null where it has not ended, or billing does not tell. */
async function placeOf(
  billing: Api,
  { exchange }: AuditedStory,
  person: Person,
): Promise<CountedPlace | null> {
  const ask = countedPlaceAsk(exchange);
  if (ask === null) return null;
  try {
    return await billing.read(CountedPlace, { path: ask.path, query: { hour: ask.hour } }, person);
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}

function explanationOf({ exchange }: AuditedStory, explained: readonly Explanation[]): Explanation | null {
  return explained.find((it) => it.exchange?.internalId === exchange.internalId) ?? null;
}

function faultOf(choice: StoryChoice) {
  const field = 'internalId' in choice ? 'internalId' : 'traceId';
  return { field, text: 'Give an id as 36 characters, such as 09a01679-2564-4fb4-8129-aecc81ea2706' };
}
