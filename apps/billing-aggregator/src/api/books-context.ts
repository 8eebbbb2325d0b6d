import { type KeyObject } from 'node:crypto';
import { type Caller } from '@ssp/service';
import { personBehind } from '@ssp/service/operator';
import { type Request } from 'express';
import { type Balance } from '../books/close-month.ts';
import { type Actor } from '../books/deeds.ts';
import { type ApiContext } from './route.ts';

/** What routes of the books work with. */
export type BooksContext = ApiContext & {
  readonly balance: Balance;
  /** Null where this process may not close months. */
  readonly signingKey: KeyObject | null;
};

/** Whoever may read all books. */
export const bookReaders = ['billing', 'operator', 'auditor'];
/** Whoever may read statements; a supplier its own. */
export const statementReaders = [...bookReaders, 'supplier'];
export const bookKeepers = ['billing'];

/** Who acts, as the audit names them: behind a machine's token whom it tells by `x-ssp-user`. */
export function actorOf(req: Request, caller: Caller): Actor {
  const { role, subject, supplier } = caller;
  const name = subject === null ? (personBehind(req, caller) ?? caller.name) : caller.name;
  return { role, name, subject, supplier };
}
