import { Argument, type Command } from 'commander';
import { completionScript, type Shell, shells } from '../completion-script.ts';
import { type Terminal } from '../terminal.ts';

/** `ssp completion`: lets a shell complete commands and options. */
export function addCompletionCommand(program: Command, terminal: Terminal): void {
  program
    .command('completion')
    .summary('print a script by which a shell completes commands and options')
    .description('Prints a script by which a shell completes commands and options of `ssp`.')
    .addArgument(new Argument('<shell>', 'your shell').choices(shells))
    .addHelpText(
      'after',
      "\nWhere `ssp` is an alias, such as alias ssp='npm run -s ssp --', the script works for it too:\n" +
        '  bash, zsh  source <(ssp completion bash)\n  fish       ssp completion fish | source',
    )
    .action((shell: Shell) => {
      terminal.out.write(completionScript(program, shell));
    });
}
