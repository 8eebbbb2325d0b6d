import { type Caller } from '@ssp/service';
import { type Operation } from '@ssp/service/operator';
import { type Request, type Response } from 'express';
import { type Logger } from 'pino';
import { type Pool } from 'pg';

/** An operation and what answers it; whoever gets as far has a role that may ask. */
export type Route = {
  readonly operation: Operation;
  readonly answer: (req: Request, res: Response, caller: Caller) => Promise<unknown>;
};

/** What routes work with. */
export type ApiContext = { readonly pool: Pool; readonly log: Logger };
