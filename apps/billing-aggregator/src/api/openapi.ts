import { openApiText as textOf } from '@ssp/service/operator';
import { operations } from './operations.ts';

/** Where the description lies. */
export const openApiFile = new URL('../../openapi.json', import.meta.url);

/** The query API as an OpenAPI 3.1 document. */
export function openApiText(): string {
  return textOf({
    title: 'Billing of the Spine Secure Proxy',
    description: 'Answers questions about usage. docs/billing.md tells what is counted and what is paid for.',
    operations,
    namesPerson: false,
  });
}
