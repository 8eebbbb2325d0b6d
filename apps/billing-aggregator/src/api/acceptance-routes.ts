import { Acceptance, AcceptanceList, acceptancesPath } from '@ssp/contracts';
import { Problem } from '@ssp/service';
import { type Operations, readInput, Why } from '@ssp/service/operator';
import { z } from 'zod';
import { accept, readAcceptances } from '../reconcile/acceptances.ts';
import { actorOf, bookKeepers, bookReaders } from './books-context.ts';
import { Hour, PeriodInput, periodOf } from './hours-input.ts';
import { type ApiContext, type Route } from './route.ts';

const Accept = z.union(
  [
    z.strictObject({
      difference: z.int().positive().describe('`id` of a difference, as reconciling named it'),
      why: Why,
    }),
    z.strictObject({
      from: Hour.describe('First hour of a stretch whose audit or ledger is not there whole, UTC'),
      to: Hour.describe('Hour after its last, UTC'),
      why: Why,
    }),
  ],
  'give why, and either difference, or from and to',
);

/** How people accept what cannot be mended. */
export const acceptanceOperations = {
  acceptances: {
    method: 'get',
    path: acceptancesPath,
    roles: bookReaders,
    summary: 'What was accepted of the hours of a period, by whom and why',
    input: PeriodInput,
    answers: { 'application/json': AcceptanceList },
  },
  accept: {
    method: 'post',
    path: acceptancesPath,
    roles: bookKeepers,
    summary:
      'Accepts a difference, or the hours of a stretch from before the audit or the ledger: they no longer keep their month open',
    input: Accept,
    answers: { 'application/json': Acceptance },
  },
} as const satisfies Operations;

/** Takes and lists what is accepted. */
export function acceptanceRoutes({ pool }: ApiContext): readonly Route[] {
  return [
    {
      operation: acceptanceOperations.acceptances,
      answer: async (req, res) =>
        res.json({ acceptances: await readAcceptances(pool, periodOf(readInput(PeriodInput, req.query))) }),
    },
    {
      operation: acceptanceOperations.accept,
      answer: async (req, res, caller) => {
        const { why, ...wanted } = readInput(Accept, req.body);
        const by = { actor: actorOf(req, caller), why, at: new Date() };
        if ('difference' in wanted) return res.json(await accept(pool, wanted, by));
        const stretch = { from: new Date(wanted.from), to: new Date(wanted.to) };
        if (stretch.from >= stretch.to) throw new Problem(400, 'to: must be after from');
        // It can never be taken back, and nobody can have looked at what is still to come.
        if (stretch.to > by.at) throw new Problem(400, 'to: must not be in the future');
        res.json(await accept(pool, { stretch }, by));
      },
    },
  ];
}
