import { type WhoChanges } from '@ssp/service/operator';
import { type Router } from 'express';
import { type Pool } from 'pg';
import { type Logger } from 'pino';
import { type DecisionSettings } from '../decision-settings.ts';
import { type AuditClient } from '../explain/audit-client.ts';

/** What the routes of the operator API work with. */
export type AdminContext = {
  /** May write. */
  readonly pool: Pool;
  readonly log: Logger;
  /** As the decision service has them. */
  readonly settings: DecisionSettings;
  /** Null where the operator has not said where it is. */
  readonly audit: AuditClient | null;
  readonly whoChanges: WhoChanges;
};

/** Makes the routes of one matter; who asks has been found to be permitted to read. */
export type RouteGroup = (context: AdminContext) => Router;
