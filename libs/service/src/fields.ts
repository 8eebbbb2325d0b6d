import { z } from 'zod';

/** Fields of an environment, each read from text. Give every use a `.describe()`: it becomes `--help` and the docs. */
export const port = z.coerce.number().int().min(0).max(65_535);
export const milliseconds = z.coerce.number().int().positive();
/** Milliseconds that may be none. */
export const grace = z.coerce.number().int().nonnegative();
export const count = z.coerce.number().int().positive();
/** `true`/`1`/`yes`/`on` and their opposites. */
export const flag = z.stringbool();
/** Paths or names separated by commas; blanks around them do not count. */
export const commaList = z
  .string()
  .transform((text) => text.split(',').map((item) => item.trim()))
  .pipe(z.array(z.string().min(1)).min(1));
export const filePath = z.string().min(1);
