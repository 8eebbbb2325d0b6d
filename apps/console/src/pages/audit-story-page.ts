import {
  AuditedStories,
  auditedStoriesPath,
  type AuditedStory,
  explainPath,
  type Explanation,
  Explanations,
} from '@ssp/contracts';
import { type Api, ApiError } from '../api.ts';
import { type ExchangeChoice, readExchangeChoice } from '../audit/exchange-choice.ts';
import { storyContent } from '../audit/story-content.ts';
import { type Page } from '../page.ts';
import { type Person } from '../person.ts';

/** What happened to a request, step by step, and why its checks passed or failed. Without `authz` nothing is explained. */
export function auditStoryPage(audit: Api, authz: Api | null): Page {
  return {
    path: '/audit/story',
    roles: ['auditor', 'operator'],
    place: { group: 'Audit', text: 'Story of a request' },
    get: async ({ person, query }) => {
      const choice = readExchangeChoice(query);
      const view = { kind: 'view', template: 'audit/story.njk', title: 'Story of a request' } as const;
      const seesUrls = person.role === 'auditor';
      if (choice === null) return { ...view, content: { choice: {}, stories: null, more: false, seesUrls } };
      try {
        const { stories, more } = await audit.read(
          AuditedStories,
          { path: auditedStoriesPath, query: choice },
          person,
        );
        const explained = authz === null ? [] : await explanationsOf(authz, stories, person);
        const told = stories.map((story) => storyContent(story, explanationOf(story, explained)));
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

function explanationOf({ exchange }: AuditedStory, explained: readonly Explanation[]): Explanation | null {
  return explained.find((it) => it.exchange?.internalId === exchange.internalId) ?? null;
}

function faultOf(choice: ExchangeChoice) {
  const field = 'traceId' in choice ? 'traceId' : 'internalId';
  return { field, text: 'Give an id as 36 characters, such as 09a01679-2564-4fb4-8129-aecc81ea2706' };
}
