import { Problem } from '../problem.ts';
import { type z } from 'zod';

/** Reads a query, a path's parameters or a body. @throws Problem 400 that names every fault */
export function readInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new Problem(400, faults.join('; '));
}
