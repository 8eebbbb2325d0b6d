import { CountedExchanges, countedExchangesPath } from '@ssp/contracts';
import { type Operations } from '@ssp/service/operator';
import { ExchangeQueryInput, parseExchangeQuery } from './exchange-query.ts';
import { findCounted } from './find-exchanges.ts';
import { ownSupplier } from './own-supplier.ts';
import { type ApiContext, type Route } from './route.ts';

/** What may be asked about the exchanges behind figures. */
export const exchangeOperations = {
  exchanges: {
    method: 'get',
    path: countedExchangesPath,
    roles: ['billing', 'operator', 'auditor', 'supplier'],
    summary:
      'The exchanges behind a figure, by the same period and filters, a page at a time; the audit tells of each by its id. A page may be short though there are more: go on while `next` is there. A supplier sees its own',
    input: ExchangeQueryInput,
    answers: { 'application/json': CountedExchanges },
  },
} as const satisfies Operations;

/** Names the exchanges behind figures. */
export function exchangeRoutes({ pool }: ApiContext): readonly Route[] {
  return [
    {
      operation: exchangeOperations.exchanges,
      answer: async (req, res, caller) => {
        const { filters, ...asked } = parseExchangeQuery(req.query);
        const supplier = ownSupplier(caller, filters.supplier);
        res.json(await findCounted(pool, { ...asked, filters: { ...filters, supplier } }));
      },
    },
  ];
}
