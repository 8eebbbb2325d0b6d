import { type Operations } from '@ssp/service/operator';
import { exchangeOperations } from './exchange-routes.ts';
import { usageOperations } from './usage-routes.ts';

/** All that the query API answers: each subject has a file of operations and of what answers them. */
export const operations: Operations = { ...usageOperations, ...exchangeOperations };
