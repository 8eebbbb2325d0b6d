import { type Command } from 'commander';

/** The words of every `ssp` command in a text, as a person would type it; quoted words stay one word. */
export function sspCommands(text: string): readonly (readonly string[])[] {
  const joined = text.replaceAll(/\\\n\s*/g, ' ');
  const begin = /(?:^|[(;|&]) *(?:npm run (?:-s |--silent )?ssp -- |ssp )/gm;
  return Array.from(joined.matchAll(begin), (found) => {
    const [rest = ''] = joined.slice(found.index + found[0].length).split(/\n/, 1);
    return wordsOf(rest);
  }).filter((words) => words.length > 0);
}

/** Up to where the command ends: at a comment, a pipe, another command. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    if (/^(?:#|\||&&|;|>|\))/.test(word)) break;
    words.push(word.replace(/[;)]+$/, ''));
    if (/[;)]$/.test(word)) break;
  }
  return words;
}

/** What is wrong with a written command: a name or an option that is not there. Null where nothing is. */
export function faultOf(program: Command, words: readonly string[]): string | null {
  let command = program;
  for (const word of words) {
    const known = command.commands.find((it) => it.name() === word);
    if (known === undefined) {
      if (command.commands.length > 0 && /^[a-z]/.test(word)) {
        return `ssp ${words.join(' ')}: there is no \`${word}\``;
      }
      break;
    }
    command = known;
  }
  const options = new Set(['--help', ...command.options.map(({ long }) => long)]);
  const given = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.replace(/[=,.:].*$/s, ''));
  const unknown = given.find((option) => !options.has(option));
  return unknown === undefined
    ? null
    : `ssp ${words.join(' ')}: \`${nameOf(command)}\` has no \`${unknown}\``;
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}
