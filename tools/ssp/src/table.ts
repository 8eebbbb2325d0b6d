/**
 * Lines up rows under their headings, two blanks between columns. Control characters, which a directory or a service
 * may hold, are shown and never obeyed by the terminal.
 */
export function formatTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows].map((cells) => cells.map((cell) => printable(cell)));
  const widths = headings.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** The same for one thing: a line for each of its properties, the names lined up. */
export function formatProperties(properties: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(0, ...properties.map(([name]) => name.length));
  return properties.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}\n`).join('');
}

/** A text as a terminal may safely show it. */
export function printable(text: string): string {
  return text.replaceAll(unprintable, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A result for programs: what `--json` prints. */
export function formatJson(result: unknown): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}
