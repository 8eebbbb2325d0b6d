/** A row of the threat model. */
export type Threat = {
  readonly boundary: string;
  /** The first letter of its kind, by STRIDE. */
  readonly kind: string;
  readonly threat: string;
  readonly tests: readonly { readonly file: string; readonly title: string }[];
  /** Why no test answers it; null where one does. */
  readonly open: string | null;
};

const kinds = /^[STRIDE]$/;

/** Reads the tables of the page; a row that names neither tests nor why it is open has neither. */
export function readThreats(page: string): readonly Threat[] {
  let boundary = '';
  return page.split('\n').flatMap((line): Threat[] => {
    if (line.startsWith('## ')) boundary = line.slice(3);
    const [kind = '', threat = '', , answer = ''] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (!line.startsWith('|') || !kinds.test(kind)) return [];
    const open = answer.startsWith('open:') ? answer.slice('open:'.length).trim() : null;
    const tests = Array.from(answer.matchAll(/`([^`]+)`: (.*?)(?=<br>|$)/g), ([, file = '', title = '']) => ({
      file,
      title,
    }));
    return [{ boundary, kind, threat, tests, open: open === '' ? null : open }];
  });
}
