import { type Readable } from 'node:stream';
import { type Person, type Role } from './person.ts';

/** Parts of the console, in the order of the header; each links to the first of its pages that a person may see. */
export const navigationGroups = ['Usage', 'Billing', 'Operation', 'Audit'] as const;
export type NavigationGroup = (typeof navigationGroups)[number];

/** What is wrong with what the reader asked or filled in; `field` is the id of the form field. */
export type Fault = { readonly field: string; readonly text: string };

/** One visit of a page. */
export type Visit = {
  readonly person: Person;
  /** Whether only the head of the answer is asked for: no file goes out. */
  readonly isHead: boolean;
  /** Parts of the path that the page's path names with a colon. */
  readonly parts: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** What a form has sent; empty for a GET. */
  readonly form: URLSearchParams;
};

/** A page to be shown: a template of `views`, which finds `content` as `page`. */
export type View = {
  readonly kind: 'view';
  readonly template: string;
  readonly title: string;
  /** 200 unless given, 400 where there are faults. */
  readonly status?: number;
  /** Listed above the content, each with a link to its field. */
  readonly faults?: readonly Fault[];
  /** Between the part's first page and this one, beyond the page that it lies under. */
  readonly breadcrumbs?: readonly { readonly text: string; readonly href: string }[];
  readonly content: object;
};

/** A file to keep. A stream that fails cuts the answer short, so that half a file is not taken for a whole one. */
export type Download = {
  readonly kind: 'download';
  readonly fileName: string;
  readonly contentType: string;
  readonly body: string | Readable;
};

/** Another address of the console, asked with GET: what a form answers when it has done its deed. */
export type Redirect = { readonly kind: 'redirect'; readonly to: string };

export type PageAnswer = View | Download | Redirect;

/** A page of the console. Whoever lacks its roles neither sees a way to it nor is shown it. */
export type Page = {
  /** As express writes paths. */
  readonly path: string;
  readonly roles: readonly Role[];
  /** Where it stands: with its own link among the pages of a part, or under the page that has that path. */
  readonly place: { readonly group: NavigationGroup; readonly text: string } | { readonly under: string };
  readonly get: (visit: Visit) => Promise<PageAnswer>;
  /** Forms are only answered with proof that they came from a page of ours. */
  readonly post?: (visit: Visit) => Promise<PageAnswer>;
};
