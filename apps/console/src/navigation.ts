import { navigationGroups, type Page } from './page.ts';
import { type Role } from './person.ts';

export type NavigationLink = {
  readonly text: string;
  readonly href: string;
  /** `page` where the reader is on it, `part` where the reader is somewhere under it. */
  readonly current: 'page' | 'part' | null;
};

/** The ways that a page shows. */
export type Navigation = {
  /** Where the role begins. */
  readonly home: string;
  /** The parts, for the header. */
  readonly groups: readonly NavigationLink[];
  /** The pages of the part that the reader is in; none where it has only one. */
  readonly siblings: readonly NavigationLink[];
  /** The way from the part to this page, without the page itself. */
  readonly breadcrumbs: readonly { readonly text: string; readonly href: string }[];
};

/** The ways that a role has from a page of the registry; `page` is null on pages that are none of it. */
export function navigationFor(pages: readonly Page[], role: Role, page: Page | null): Navigation {
  const linked = pages.flatMap(({ path, roles, place }) =>
    roles.includes(role) && 'group' in place ? [{ path, ...place }] : [],
  );
  const anchorPath = page === null ? null : anchorOf(pages, page);
  const anchor = linked.find(({ path }) => path === anchorPath) ?? null;
  const linkTo = (path: string, text: string): NavigationLink => ({
    text,
    href: path,
    current: path === page?.path ? 'page' : path === anchor?.path ? 'part' : null,
  });

  const groups = navigationGroups.flatMap((group): NavigationLink[] => {
    const first = linked.find((link) => link.group === group);
    if (first === undefined) return [];
    const link = linkTo(first.path, group);
    return [link.current === null && anchor?.group === group ? { ...link, current: 'part' } : link];
  });
  const inGroup = linked.filter(({ group }) => group === anchor?.group);
  return {
    home: linked[0]?.path ?? '/',
    groups,
    siblings: inGroup.length > 1 ? inGroup.map(({ path, text }) => linkTo(path, text)) : [],
    breadcrumbs:
      anchor === null || anchor.path === page?.path ? [] : [{ text: anchor.text, href: anchor.path }],
  };
}

/** The path of the page with a link of its own that this one lies under, however deep. */
function anchorOf(pages: readonly Page[], { path, place }: Page): string {
  if ('group' in place) return path;
  const above = pages.find((page) => page.path === place.under);
  return above === undefined ? place.under : anchorOf(pages, above);
}
