import { expect, test } from 'vitest';
import { navigationFor } from './navigation.ts';
import { type Page } from './page.ts';
import { type Role } from './person.ts';

const page = (path: string, roles: readonly Role[], place: Page['place']): Page => ({
  path,
  roles,
  place,
  get: () => Promise.reject(new Error('not asked')),
});
const pages = [
  page('/usage', ['billing', 'supplier'], { group: 'Usage', text: 'Usage' }),
  page('/performance', ['billing'], { group: 'Usage', text: 'Performance' }),
  page('/search', ['auditor'], { group: 'Audit', text: 'Search' }),
  page('/usage/exchanges', ['billing', 'supplier'], { under: '/usage' }),
  page('/usage/exchanges/:id', ['billing', 'supplier'], { under: '/usage/exchanges' }),
];
const at = (path: string) => pages.find((it) => it.path === path) ?? null;

test('a role sees its own parts and pages', () => {
  const navigation = navigationFor(pages, 'billing', at('/performance'));
  expect(navigation).toEqual({
    home: '/usage',
    groups: [{ text: 'Usage', href: '/usage', current: 'part' }],
    siblings: [
      { text: 'Usage', href: '/usage', current: null },
      { text: 'Performance', href: '/performance', current: 'page' },
    ],
    breadcrumbs: [],
  });
});

test('a part of one page has no pages to choose from', () => {
  expect(navigationFor(pages, 'supplier', at('/usage'))).toMatchObject({
    groups: [{ href: '/usage', current: 'page' }],
    siblings: [],
  });
});

test('a page that lies deep under another leads back to it', () => {
  expect(navigationFor(pages, 'billing', at('/usage/exchanges/:id'))).toMatchObject({
    siblings: [{ current: 'part' }, { current: null }],
    breadcrumbs: [{ text: 'Usage', href: '/usage' }],
  });
});

test('off the registry a role still has its ways', () => {
  expect(navigationFor(pages, 'auditor', null)).toEqual({
    home: '/search',
    groups: [{ text: 'Audit', href: '/search', current: null }],
    siblings: [],
    breadcrumbs: [],
  });
});
