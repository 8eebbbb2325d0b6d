/** Heads of columns of names. */
export const nameHeads = (...texts: readonly string[]) => texts.map((text) => ({ text, numeric: false }));

/** Heads of columns of figures. */
export const figureHeads = (...texts: readonly string[]) => texts.map((text) => ({ text, numeric: true }));

/** A table of names and figures in words, as `parts/figures-table.njk` shows it. */
export type FiguresTable = {
  readonly caption: string;
  /** Where the heading above says the same; it is still told to whoever does not see the page. */
  readonly captionHidden?: boolean;
  readonly head: readonly { readonly text: string; readonly numeric: boolean }[];
  readonly rows: readonly FiguresTableRow[];
};

export type FiguresTableRow = {
  /** A sum of the others. */
  readonly total?: boolean;
  readonly cells: readonly FiguresTableCell[];
};

export type FiguresTableCell = {
  readonly text: string;
  readonly href?: string;
  /** Told with the link to whoever does not see what it stands beside. */
  readonly hidden?: string;
  /** Below the text, smaller. */
  readonly remark?: string | null;
};
