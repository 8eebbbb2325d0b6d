import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Document, parseDocument } from 'yaml';
import { z } from 'zod';
import { nearestName } from './nearest-name.ts';

/** Something wrong in a file, and where, counted from 1; the path is empty where the text is no YAML. */
export type FileFault = {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
};

export type ReadFile<File> =
  | { readonly read: true; readonly file: File }
  | {
      readonly read: false;
      /** In the order of the text, not all where there are very many. */
      readonly faults: readonly FileFault[];
      readonly faultCount: number;
    };

/** A place in a file, and what is wrong there. */
export type Inconsistency = { readonly path: readonly PropertyKey[]; readonly message: string };

/** What a file must be; its values arrive as text. */
export type FileForm<File> = {
  readonly schema: z.ZodType<File>;
  /** Where its parts, each well formed, do not go together. Is given any value, and passes over what it cannot read. */
  readonly inconsistencies: (value: unknown) => readonly Inconsistency[];
  /** Those that an unknown key is likely to be a slip of. */
  readonly knownKeys: readonly string[];
};

const faultsMax = 100;
// Anchors let a short text stand for an endless one.
const anchorUsesMax = 1_000;

/** Reads a file that people write, YAML or JSON: all of it, or every fault with its place. */
export function readFileText<File>(
  text: string,
  { schema, inconsistencies, knownKeys }: FileForm<File>,
): ReadFile<File> {
  const lines = new LineCounter();
  // Every value is read as text: an ASID keeps its zeros, and an organisation 8E12 is no number.
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  const faultAt = (offset: number, path: string, message: string): FileFault => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col, path, message };
  };
  if (document.errors.length > 0) {
    return refused(
      document.errors.map(
        ({ pos: [offset], message }) =>
          () =>
            faultAt(offset, '', message),
      ),
    );
  }
  const value = valueOf(document);
  if (value instanceof Error) return refused([() => faultAt(0, '', value.message)]);
  const parsed = schema.safeParse(value);
  const found = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => spreadIssue(issue, knownKeys))),
    ...inconsistencies(value),
  ];
  if (parsed.success && found.length === 0) return { read: true, file: parsed.data };
  return refused(
    found.map(({ path, message }) => () => {
      const { offset, missing } = placeOf(document, path);
      return faultAt(offset, z.core.toDotPath(path), missing ? 'is missing' : message);
    }),
  );
}

/** The faults of a file for people, a line each, and how many there are beside. */
export function faultLines(
  path: string,
  { faults, faultCount }: Extract<ReadFile<unknown>, { read: false }>,
): string {
  const more = faultCount - faults.length;
  const lines = faults.map((fault) => `${path}: ${faultLine(fault)}`);
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

/** A fault as one line, as compilers write them. */
export function faultLine({ line, column, path, message }: FileFault): string {
  return `line ${line}, column ${column}: ${path === '' ? '' : `${path}: `}${message}`;
}

function refused(faults: readonly (() => FileFault)[]): ReadFile<never> {
  const placed = faults.slice(0, faultsMax).map((place) => place());
  placed.sort((left, right) => left.line - right.line || left.column - right.column);
  return { read: false, faults: placed, faultCount: faults.length };
}

function valueOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: anchorUsesMax });
  } catch (error) {
    return error instanceof Error ? error : new Error('cannot be read');
  }
}

/** One fault for each unknown key, and the fault of a key in place of that of its section. */
function spreadIssue(issue: z.core.$ZodIssue, knownKeys: readonly string[]): Inconsistency[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const nearest = nearestName(key, knownKeys);
      const hint = nearest === null ? '' : `; did you mean ${nearest}?`;
      return { path: [...issue.path, key], message: `is no known key${hint}` };
    });
  }
  if (issue.code === 'invalid_key') {
    return [{ path: issue.path, message: issue.issues[0]?.message ?? issue.message }];
  }
  return [issue];
}

/** The offset of a value, or, where it is missing, of what it is missing from. */
function placeOf(document: Document, path: readonly PropertyKey[]): { offset: number; missing: boolean } {
  let node: unknown = document.contents;
  let offset = offsetOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    const isLast = depth === path.length - 1;
    const { key, value } = stepInto(isAlias(node) ? node.resolve(document) : node, step);
    if (value === undefined) return { offset, missing: key === undefined };
    // A key's own place where its value is a section: that is where a reader looks.
    offset = (isLast && isScalar(value) ? offsetOf(value) : offsetOf(key)) ?? offsetOf(value) ?? offset;
    node = value;
  }
  return { offset, missing: false };
}

function stepInto(node: unknown, step: PropertyKey): { key?: unknown; value?: unknown } {
  if (isSeq(node) && typeof step === 'number') return { value: node.items[step] };
  if (!isMap(node)) return {};
  const pair = node.items.find(({ key }) => (isScalar(key) ? key.value : key) === step);
  return pair === undefined ? {} : { key: pair.key, value: pair.value ?? pair.key };
}

function offsetOf(node: unknown): number | undefined {
  if (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) return (node satisfies Node).range?.[0];
  return undefined;
}
