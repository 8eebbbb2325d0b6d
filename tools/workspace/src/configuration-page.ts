/** One variable as a process's `--help-json` tells it. */
export type Variable = {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly default: string | null;
};

export type ProcessReference = {
  readonly name: string;
  /** The file that starts it, relative to the repository's root. */
  readonly main: string;
  readonly variables: readonly Variable[];
};

const preface = `# Configuration

Every process reads environment variables alone, once, at its start; an empty variable counts as absent. A faulty
environment ends the process with status 2 and one line for each fault. Secrets arrive as paths of files.

This page is written by \`npm run docs:config\` from the processes' own \`--help\`.
`;

/** Renders the page of every process's variables, in the order given. */
export function configurationPage(processes: readonly ProcessReference[]): string {
  const sections = processes.map(({ name, main, variables }) => {
    const rows = variables.map(
      (variable) => `| \`${variable.name}\` | ${cell(variable.description)} | ${presence(variable)} |`,
    );
    return `\n## ${name}\n\n\`node ${main}\`\n\n| Variable | Meaning | Default |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  return preface + sections.join('');
}

function presence(variable: Variable): string {
  if (variable.required) return '**required**';
  return variable.default === null ? 'none' : `\`${cell(variable.default)}\``;
}

const cell = (text: string) => text.replaceAll('|', String.raw`\|`).replaceAll('\n', ' ');
