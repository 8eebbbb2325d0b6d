import { FullUrls, fullUrlsPath, isSealedUrl } from '@ssp/contracts';
import { type Api } from '../api.ts';
import { type ExchangeChoice, readExchangeChoice } from '../audit/exchange-choice.ts';
import { readGround } from '../audit/reading-ground.ts';
import { formatMoment } from '../operation/moment-form.ts';
import { type Page, type PageAnswer } from '../page.ts';

/** Targets as they came, NHS numbers visible: for auditors alone, once they have said why. What is sealed stays so. */
export function fullUrlsPage(audit: Api): Page {
  return {
    path: '/audit/full-urls',
    roles: ['auditor'],
    place: { under: '/audit/story' },
    get: ({ query }) => {
      const choice = readExchangeChoice(query);
      return Promise.resolve(choice === null ? toStory : urlsView(choice, { why: '', urls: null }));
    },
    post: async ({ person, form }) => {
      const choice = readExchangeChoice(form);
      if (choice === null) return toStory;
      const { why, faults } = readGround(form);
      if (faults.length > 0) return { ...urlsView(choice, { why, urls: null }), faults };
      const asked = 'traceId' in choice ? choice : { internalIds: [choice.internalId] };
      const ask = { path: fullUrlsPath, method: 'POST', body: { ...asked, why } } as const;
      const { urls } = await audit.read(FullUrls, ask, person);
      return urlsView(choice, { why, urls });
    },
  };
}

const toStory: PageAnswer = { kind: 'redirect', to: '/audit/story' };

function urlsView(
  choice: ExchangeChoice,
  { why, urls }: { readonly why: string; readonly urls: FullUrls['urls'] | null },
) {
  return {
    kind: 'view',
    template: 'audit/full-urls.njk',
    title: 'Full URLs',
    content: {
      choice,
      why,
      urls:
        urls?.map(({ receivedAt, internalId, url }) => ({
          received: formatMoment(receivedAt),
          internalId,
          url: isSealedUrl(url) ? null : url,
        })) ?? null,
    },
  } as const;
}
