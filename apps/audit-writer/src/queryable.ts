import { type Pool } from 'pg';

/** A pool, or one connection, as inside a transaction. */
export type Queryable = Pick<Pool, 'query'>;
