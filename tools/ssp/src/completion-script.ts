import { type Command, type Option } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A command by its words, and what may follow: sub-commands and options. */
type Place = { readonly path: string; readonly words: readonly string[] };

/** A script for a shell that completes the program's commands and options, made from the program itself. */
export function completionScript(program: Command, shell: Shell): string {
  const name = program.name();
  const places = placesOf(program, name);
  if (shell === 'fish') return fishScript(name, places);
  const cases = places.map(({ path, words }) => `    '${path}') words='${words.join(' ')}' ;;`).join('\n');
  const script = `_${name}_complete() {
  local current=\${COMP_WORDS[COMP_CWORD]} place=${name} words='' at word
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    case " ${places.map(({ path }) => path.replaceAll(' ', '/')).join(' ')} " in
      *" \${place// //}/$word "*) place="$place $word" ;;
    esac
  done
  case "$place" in
${cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ \${#COMPREPLY[@]} -eq 0 ]]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -F _${name}_complete ${name}
`;
  return shell === 'zsh' ? `autoload -U +X bashcompinit && bashcompinit\n${script}` : script;
}

function fishScript(name: string, places: readonly Place[]): string {
  const lines = places.flatMap(({ path, words }) => {
    const [, ...above] = path.split(' ');
    const seen = above.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    const condition = above.length === 0 ? '__fish_use_subcommand' : seen;
    return words.map((word) =>
      word.startsWith('--')
        ? `complete -c ${name} -n '${condition}' -l ${word.slice(2)}`
        : `complete -c ${name} -f -n '${condition}' -a ${word}`,
    );
  });
  return `${lines.join('\n')}\n`;
}

function placesOf(command: Command, path: string): readonly Place[] {
  const below = command.commands.filter((each) => each.name() !== 'help');
  const options = command.options.flatMap(({ long }: Option) => (long === undefined ? [] : [long]));
  const words = [...below.map((each) => each.name()), ...options, '--help'];
  return [{ path, words }, ...below.flatMap((each) => placesOf(each, `${path} ${each.name()}`))];
}
