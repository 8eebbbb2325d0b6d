import { acceptanceRoutes } from './acceptance-routes.ts';
import { type BooksContext } from './books-context.ts';
import { closingRoutes } from './closing-routes.ts';
import { exchangeRoutes } from './exchange-routes.ts';
import { type ReconcileContext, reconcileRoutes } from './reconcile-routes.ts';
import { type Route } from './route.ts';
import { statementRoutes } from './statement-routes.ts';
import { tariffRoutes } from './tariff-routes.ts';
import { usageRoutes } from './usage-routes.ts';

/** What answers the operations, subject by subject. */
export function routesOf(context: BooksContext & ReconcileContext): readonly Route[] {
  return [
    ...usageRoutes(context),
    ...exchangeRoutes(context),
    ...tariffRoutes(context),
    ...statementRoutes(context),
    ...closingRoutes(context),
    ...reconcileRoutes(context),
    ...acceptanceRoutes(context),
  ];
}
