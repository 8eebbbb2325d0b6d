/**
 * Ends a command with status 1: it was refused, or failed. The message is one line and says what to do next.
 * Nothing secret may stand in it.
 */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}

/** Ends a command with status 2: it was asked for wrongly, or something that it needs was not given. */
export class UsageFault extends Error {
  override readonly name = 'UsageFault';
}

/** Ends a command with status 3: it was done, and what it compared is not the same. */
export class Differs extends Error {
  override readonly name = 'Differs';
}

/** Ends a command with status 130: the person has broken off what they were asked. */
export class BrokenOff extends Error {
  override readonly name = 'BrokenOff';
}

/** What went wrong in one line, of an error that another wrote: Node's own are empty where two addresses were tried. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map((one) => reasonOf(one)).join('; ');
  if (!(error instanceof Error)) return String(error);
  return (error.message === '' ? error.name : error.message).replaceAll(/\s*\n\s*/g, '; ');
}
