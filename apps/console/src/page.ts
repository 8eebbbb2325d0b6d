import { fileURLToPath } from 'node:url';
import nunjucks from 'nunjucks';
import { type ChoiceFault } from './usage-choice.ts';
import { type UsageTable } from './usage-table.ts';

/** What the page of usage shows. */
export type UsagePage = {
  /** What is wrong with the address, said above everything else. */
  readonly faults: readonly ChoiceFault[];
  readonly months: readonly { readonly value: string; readonly text: string; readonly selected: boolean }[];
  readonly groupings: readonly { readonly value: string; readonly text: string; readonly checked: boolean }[];
  readonly monthName: string;
  /** Where the figures of a table are as CSV. */
  readonly csvPath: string;
  readonly content:
    | { readonly kind: 'table'; readonly table: UsageTable }
    | { readonly kind: 'empty' }
    | { readonly kind: 'unavailable' };
};

/** The page framework's compiled files; it is found where it is installed. */
export const frameworkDirectory = fileURLToPath(
  new URL('dist/', import.meta.resolve('nhsuk-frontend/package.json')),
);

/** Renders pages to HTML; whatever is put in is escaped. */
export type RenderPage = {
  readonly usage: (page: UsagePage) => string;
  readonly message: (page: { readonly title: string; readonly text: string }) => string;
};

/** Compiles the templates when first used and keeps them. */
export function createPages(): RenderPage {
  const views = fileURLToPath(new URL('../views', import.meta.url));
  const environment = new nunjucks.Environment(new nunjucks.FileSystemLoader([views, frameworkDirectory]), {
    autoescape: true,
    trimBlocks: true,
    lstripBlocks: true,
  });
  return {
    usage: (page) => environment.render('usage.njk', page),
    message: (page) => environment.render('message.njk', page),
  };
}
