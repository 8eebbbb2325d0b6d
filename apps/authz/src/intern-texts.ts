import { type Endpoint, type EndpointTolerance, readEndpoint } from '@ssp/spine';
import { entryOf } from './entry-of.ts';
import { type Handler } from './snapshot.ts';

/** Gives each text, list of endpoints and set of lines once, however often it comes. */
export function createInterner(tolerance?: EndpointTolerance) {
  const texts = new Map<string, string>();
  const endpoints = new Map<string, Pick<Handler, 'endpoints' | 'shownEndpoint'>>();
  const sets = new Map<string, ReadonlySet<string>>();
  const text = (value: string) => entryOf(texts, value, () => value);
  const split = (lines: string) => (lines === '' ? [] : lines.split('\n').map((line) => text(line)));
  return {
    text,
    optional: (value: string | null) => (value === null ? null : text(value)),
    endpoints: (lines: string) => entryOf(endpoints, lines, () => readEndpoints(split(lines), tolerance)),
    set: (lines: string) => entryOf(sets, lines, () => new Set(split(lines))),
  };
}

function readEndpoints(
  registered: readonly string[],
  tolerance?: EndpointTolerance,
): Pick<Handler, 'endpoints' | 'shownEndpoint'> {
  const endpoints: Endpoint[] = [];
  for (const value of registered) {
    const endpoint = readEndpoint(value, tolerance);
    if (endpoint !== null) endpoints.push(endpoint);
  }
  return { endpoints, shownEndpoint: registered[0] ?? '' };
}
