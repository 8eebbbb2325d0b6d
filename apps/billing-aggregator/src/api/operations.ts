import { type Operations } from '@ssp/service/operator';
import { acceptanceOperations } from './acceptance-routes.ts';
import { closingOperations } from './closing-routes.ts';
import { exchangeOperations } from './exchange-routes.ts';
import { reconcileOperations } from './reconcile-routes.ts';
import { statementOperations } from './statement-routes.ts';
import { tariffOperations } from './tariff-routes.ts';
import { usageOperations } from './usage-routes.ts';

/** All that the query API answers: each subject has a file of operations and of what answers them. */
export const operations: Operations = {
  ...usageOperations,
  ...exchangeOperations,
  ...tariffOperations,
  ...statementOperations,
  ...closingOperations,
  ...reconcileOperations,
  ...acceptanceOperations,
};
