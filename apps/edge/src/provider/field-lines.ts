import { BadAnswer } from './bad-answer.ts';

const nameCharacter = 1;
const valueCharacter = 2;
const space = 32;
const tab = 9;
const carriageReturn = 13;
const lineFeed = 10;
const colon = 58;

const kinds = characterKinds();

function characterKinds(): Uint8Array {
  const table = new Uint8Array(256);
  for (let code = 32; code < 256; code++) if (code !== 127) table[code] = valueCharacter;
  table[tab] = valueCharacter;
  const name = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  for (const character of name) table[character.charCodeAt(0)] = nameCharacter | valueCharacter;
  return table;
}

/** Tells whether a character may stand in a field's value or a reason phrase (RFC 9110 5.5). */
export function isValueCharacter(code: number): boolean {
  return ((kinds[code] ?? 0) & valueCharacter) !== 0;
}

/**
 * Reads the field lines of `text` from `start` to `end`, each ended by CRLF, as names and values in turn. Throws
 * BadAnswer for anything that two parsers might read differently: folded lines, a space before the colon, a bare CR or LF,
 * control characters, an empty name.
 */
export function readFieldLines(text: string, start: number, end: number, countMax: number): string[] {
  const fields: string[] = [];
  let at = start;
  while (at < end) {
    const nameAt = at;
    while (((kinds[text.charCodeAt(at)] ?? 0) & nameCharacter) !== 0) at++;
    if (at === nameAt || text.charCodeAt(at) !== colon) throw new BadAnswer('no field name before a colon');
    const name = text.slice(nameAt, at);
    at++;
    while (isBlank(text.charCodeAt(at))) at++;
    const valueAt = at;
    while (((kinds[text.charCodeAt(at)] ?? 0) & valueCharacter) !== 0) at++;
    if (text.charCodeAt(at) !== carriageReturn || text.charCodeAt(at + 1) !== lineFeed) {
      throw new BadAnswer('a control character in a field');
    }
    let valueEnd = at;
    while (valueEnd > valueAt && isBlank(text.charCodeAt(valueEnd - 1))) valueEnd--;
    if (fields.length === countMax * 2) throw new BadAnswer('too many fields');
    fields.push(name, text.slice(valueAt, valueEnd));
    at += 2;
  }
  return fields;
}

const isBlank = (code: number) => code === space || code === tab;

const lineEnding = /(?:^|[^\r])\n|\r(?!\n|$)/;

/** Throws BadAnswer if a part of a head can never become a sound one, so that nobody waits for the rest of it. */
export function refuseBareLineEnds(text: string): void {
  if (lineEnding.test(text)) throw new BadAnswer('a bare CR or LF');
}
