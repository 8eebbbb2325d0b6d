import { isNhsNumber } from './nhs-number.ts';

/**
 * Tells whether a query asks for a patient by something that is no NHS number: a value of an `identifier` parameter,
 * also a chained or modified one, whose system ends in `nhs-number` (spec 17.14). Length and check digit alone are
 * looked at; names, values and the `|` between system and number may be percent-encoded.
 * @param query with its leading `?`, or empty
 */
export function hasFalseNhsNumber(query: string): boolean {
  // Most queries name no identifier, also not with a letter percent-encoded, and decoding each of their names costs microseconds.
  if (!query.includes('identifier') && !query.includes('%')) return false;
  return query
    .slice(1)
    .split('&')
    .some((parameter) => {
      const equals = parameter.indexOf('=');
      if (equals === -1 || !isIdentifier(decoded(parameter.slice(0, equals)))) return false;
      return decoded(parameter.slice(equals + 1))
        .split(',')
        .some(isFalse);
    });
}

/** `identifier`, `identifier:exact`, `subject:Patient.identifier`, `patient.identifier`. */
function isIdentifier(name: string): boolean {
  const last = name.slice(name.lastIndexOf('.') + 1);
  return last.split(':', 1)[0] === 'identifier';
}

function isFalse(value: string): boolean {
  const bar = value.indexOf('|');
  if (bar === -1 || !/(^|[/:])nhs-number$/i.test(value.slice(0, bar))) return false;
  return !isNhsNumber(value.slice(bar + 1));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
