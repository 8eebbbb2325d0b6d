import { openApiText as textOf } from '@ssp/service/operator';
import { operations } from './operations.ts';

/** Where the description lies. */
export const openApiFile = new URL('../../openapi.json', import.meta.url);

/** The search API as an OpenAPI 3.1 document. */
export function openApiText(): string {
  return textOf({
    title: 'Audit of the Spine Secure Proxy',
    description: 'Searches the audit. docs/audit.md tells of roles, exports and keys.',
    operations,
    namesPerson: true,
  });
}
