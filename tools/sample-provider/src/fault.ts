import { ProviderRefusal } from './provider-refusal.ts';

/** How an answer is to be spoilt; an empty fault spoils nothing. */
export interface Fault {
  readonly delayMs?: number;
  readonly dripMs?: number;
  readonly status?: number;
  readonly ending?: 'reset' | 'die' | 'hang';
}

const none: Fault = {};
const longestMs = 600_000;

/**
 * Reads a comma-separated wish such as `delay=250,drip=2000` (help.ts lists them all).
 * Throws a `BAD_REQUEST` refusal for what it does not know, so that a typing error is not taken for a healthy answer.
 */
export function readFault(wish: string | null | undefined): Fault {
  if (!wish) return none;
  const fault: Fault = {};
  for (const part of wish.split(',')) Object.assign(fault, readPart(part.trim()));
  return fault;
}

function readPart(part: string): Fault {
  const [name, value = ''] = part.split('=', 2);
  switch (name) {
    case 'delay':
      return { delayMs: integer(part, value, 0, longestMs) };
    case 'drip':
      return { dripMs: integer(part, value, 0, longestMs) };
    case 'status':
      return { status: integer(part, value, 400, 599) };
    case 'reset':
    case 'die':
    case 'hang':
      return { ending: name };
    default:
      throw new ProviderRefusal('BAD_REQUEST', `Unknown fault: ${part}`);
  }
}

function integer(part: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (/^\d{1,6}$/.test(value) && number >= least && number <= most) return number;
  throw new ProviderRefusal('BAD_REQUEST', `A fault wants a number from ${least} to ${most}: ${part}`);
}
