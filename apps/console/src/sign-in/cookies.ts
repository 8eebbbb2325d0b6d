import { type Request, type Response } from 'express';

/** Keeps text of any length in the reader's browser, beyond the reach of scripts and of other hosts. */
export type CookieJar = {
  readonly read: (req: Request) => string | null;
  /** @throws CookieTooLargeError at once, before anything is done that the text tells of. @returns what gives it to the browser */
  readonly prepare: (text: string, lastsMs: number) => (res: Response) => void;
  readonly clear: (req: Request, res: Response) => void;
};

/** What is to be kept is longer than a browser keeps or a server reads. */
export class CookieTooLargeError extends Error {
  override readonly name = 'CookieTooLargeError';
}

/** A browser keeps 4,096 bytes of a cookie, its name and attributes among them. */
const partLength = 3_900;
/** Together with the rest of a request's head this must stay below the 16 kB that a server reads. */
const partsMax = 3;

/**
 * Cookies of a name, in numbered parts. By https it begins with `__Host-`, so that no other host can set it; by plain http, which is
 * served on loopback alone, browsers would not take it.
 */
export function cookieJar(name: string, isSecure: boolean): CookieJar {
  const nameOf = (part: number) => `${isSecure ? '__Host-' : ''}${name}-${part}`;
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  const drop = (res: Response, part: number) =>
    res.append('Set-Cookie', `${nameOf(part)}=; Max-Age=0; ${attributes}`);
  const partsOf = (req: Request) => {
    const sent = cookiesOf(req.headers.cookie ?? '');
    return Array.from({ length: partsMax }, (_, part) => sent.get(nameOf(part)) ?? null);
  };
  return {
    read: (req) => {
      const parts = partsOf(req);
      const end = parts.indexOf(null);
      const text = parts.slice(0, end === -1 ? partsMax : end).join('');
      return text === '' ? null : text;
    },
    prepare: (text, lastsMs) => {
      const count = Math.ceil(text.length / partLength);
      if (count > partsMax)
        throw new CookieTooLargeError(`${text.length} characters are too many to be kept`);
      const maxAge = Math.ceil(lastsMs / 1_000);
      return (res) => {
        for (let part = 0; part < partsMax; part += 1) {
          const value = text.slice(part * partLength, (part + 1) * partLength);
          // What an earlier, longer text has left must not be read as the end of this one.
          if (value === '') drop(res, part);
          else res.append('Set-Cookie', `${nameOf(part)}=${value}; Max-Age=${maxAge}; ${attributes}`);
        }
      };
    },
    clear: (req, res) => {
      for (const [part, value] of partsOf(req).entries()) if (value !== null) drop(res, part);
    },
  };
}

/** Of two cookies of a name the first, which is the more exact one. */
function cookiesOf(header: string): ReadonlyMap<string, string> {
  const pairs = header.split(';').map((pair): [string, string] => {
    const at = pair.indexOf('=');
    return [pair.slice(0, Math.max(at, 0)).trim(), pair.slice(at + 1).trim()];
  });
  return new Map(pairs.toReversed());
}
