import { exchangeRoutes } from './exchange-routes.ts';
import { type ApiContext, type Route } from './route.ts';
import { usageRoutes } from './usage-routes.ts';

/** What answers the operations, subject by subject. */
export function routesOf(context: ApiContext): readonly Route[] {
  return [...usageRoutes(context), ...exchangeRoutes(context)];
}
