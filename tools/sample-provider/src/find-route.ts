import { fhirSegments } from './fhir-path.ts';
import { ProviderRefusal } from './provider-refusal.ts';
import { type Route } from './routes.ts';

/** The route for a method and a whole path, with the path's logical id. Throws a refusal if there is none. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { readonly route: Route; readonly id: string } {
  const segments = fhirSegments(path);
  if (segments.length === 0) throw new ProviderRefusal('NO_RECORD_FOUND', 'The path names no FHIR resource');
  if (method === 'DELETE' || method === 'PATCH') throw new ProviderRefusal('NOT_IMPLEMENTED');
  const [type = '', second, ...rest] = segments;
  const operation = second?.startsWith('$') ?? false;
  const hasId = second !== undefined && !operation;
  const pattern = [type, ...(second === undefined ? [] : [operation ? second : ':id']), ...rest].join('/');
  const here = routes.filter((route) => route.path === pattern);
  if (here.length === 0) throw new ProviderRefusal('NOT_IMPLEMENTED', `Not implemented: ${type}`);
  const route = here.find((candidate) => candidate.method === (method === 'HEAD' ? 'GET' : method));
  if (!route) throw new ProviderRefusal('BAD_REQUEST', 'The method does not go with the path');
  return { route, id: hasId ? second : '' };
}
