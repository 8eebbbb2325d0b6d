import { fileURLToPath } from 'node:url';
import nunjucks from 'nunjucks';
import { type Fault } from './page.ts';
import { type Navigation } from './navigation.ts';

/** The page framework's compiled files; it is found where it is installed. */
export const frameworkDirectory = fileURLToPath(
  new URL('dist/', import.meta.resolve('nhsuk-frontend/package.json')),
);

/** What every template is given. */
export type Sheet = {
  readonly title: string;
  readonly navigation: Navigation | null;
  /** Who has signed in, as the header says it; null where nobody can. */
  readonly person: { readonly name: string; readonly role: string; readonly supplier: string | null } | null;
  readonly faults: readonly Fault[];
  /** Goes with every form that does something. */
  readonly formToken: string | null;
  /** The content that the template is for. */
  readonly page: object;
};

/** Renders a template of `views` to HTML; whatever is put in is escaped. */
export type Render = (template: string, sheet: Sheet) => string;

/** Compiles the templates when first used and keeps them. */
export function createRender(): Render {
  const views = fileURLToPath(new URL('../views', import.meta.url));
  const environment = new nunjucks.Environment(new nunjucks.FileSystemLoader([views, frameworkDirectory]), {
    autoescape: true,
    trimBlocks: true,
    lstripBlocks: true,
  });
  return (template, sheet) => environment.render(template, sheet);
}
