import { CountedExchanges, countedExchangesPath, CountedPlace } from '@ssp/contracts';
import { type Operations, readInput } from '@ssp/service/operator';
import { z } from 'zod';
import { ExchangeQueryInput, parseExchangeQuery } from './exchange-query.ts';
import { findCounted } from './find-exchanges.ts';
import { findPlace } from './find-place.ts';
import { ownSupplier } from './own-supplier.ts';
import { type ApiContext, type Route } from './route.ts';

const OfExchange = z.strictObject({ internalId: z.uuid().describe('As the audit has it') });
const PlaceInput = z.strictObject({
  hour: z.iso
    .datetime()
    .refine((text) => new Date(text).getTime() % 3_600_000 === 0, 'must be a whole hour')
    .describe('UTC, in which it ended, such as 2026-03-01T12:00:00Z'),
});

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
  countedPlace: {
    method: 'get',
    path: `${countedExchangesPath}/{internalId}`,
    roles: ['billing', 'operator', 'auditor', 'supplier'],
    summary:
      'Where an exchange was counted, and the line of a statement that it is paid by. A supplier sees its own',
    input: PlaceInput,
    inPath: OfExchange,
    answers: { 'application/json': CountedPlace },
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
    {
      operation: exchangeOperations.countedPlace,
      answer: async (req, res, caller) => {
        const { internalId } = readInput(OfExchange, req.params);
        const hour = new Date(readInput(PlaceInput, req.query).hour);
        res.json(await findPlace(pool, { internalId, hour, supplier: ownSupplier(caller, null) }));
      },
    },
  ];
}
