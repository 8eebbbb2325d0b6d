import { type z } from 'zod';

/** One thing that an API answers, as its description and its code both have it. */
export type Operation = {
  readonly method: 'get' | 'post';
  /** As OpenAPI writes it: what is in braces is a part that the caller fills in. */
  readonly path: string;
  /** Whose bearer tokens may ask. */
  readonly roles: readonly string[];
  readonly summary: string;
  /** What its query or, where something is told besides, its body holds. */
  readonly input: z.ZodType;
  /** What the braces of its path hold. */
  readonly inPath?: z.ZodType;
  /** By content type; of a stream the schema is that of a line, null where a line is no JSON. */
  readonly answers: Readonly<Record<string, z.ZodType | null>>;
};

/** Operations by name. */
export type Operations = Readonly<Record<string, Operation>>;

/** The path as Express reads it. */
export function expressPath({ path }: Pick<Operation, 'path'>): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}
