const special = /[\\\n\r\t]/;
const specials = /[\\\n\r\t]/g;
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** One line of COPY's text format; a Buffer is written as bytea. */
export function copyLine(values: readonly (string | number | bigint | Buffer | null)[]): string {
  return `${values.map((value) => copyField(value)).join('\t')}\n`;
}

function copyField(value: string | number | bigint | Buffer | null): string {
  if (value === null) return '\\N';
  if (Buffer.isBuffer(value)) return `\\\\x${value.toString('hex')}`;
  if (typeof value !== 'string') return String(value);
  return special.test(value)
    ? value.replace(specials, (character) => escapes[character] ?? character)
    : value;
}
