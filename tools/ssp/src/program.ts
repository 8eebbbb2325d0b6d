import { Command } from 'commander';
import { addAuditCommand } from './commands/audit.ts';
import { addAuditStory } from './commands/audit-story.ts';
import { addBillingCommand } from './commands/billing.ts';
import { addCallCommand } from './commands/call.ts';
import { addExplainCommand } from './commands/explain.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addDrillCommand } from './commands/drill.ts';
import { addLoadCommand } from './commands/load.ts';
import { addReconcileCommand } from './commands/reconcile.ts';
import { addResolveCommand } from './commands/resolve.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { addWhatIfCommand } from './commands/what-if.ts';
import { addAgreementsCommand } from './commands/agreements.ts';
import { addChangesCommand, addSyncCommand } from './commands/changes.ts';
import { addLookupCommand } from './commands/lookup.ts';
import { addLimitsCommand } from './commands/limits.ts';
import { addStatusCommand } from './commands/status.ts';
import { addRulesCommand } from './commands/rules.ts';
import { type Terminal } from './terminal.ts';

/** The command line of those who use and operate the proxy; each command is a file of its own under `commands`. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('ssp')
    .description(
      'Calls, explains and operates the Spine Secure Proxy. On a machine where `npm start` runs, every option has a default.',
    )
    .showHelpAfterError('(--help tells the options)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out.write(text),
      writeErr: (text) => terminal.err.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'ssp: ')),
    })
    .addHelpText(
      'after',
      '\nStatus: 0 done; 1 refused or failed; 2 asked for wrongly; 3 what was compared differs; 130 interrupted.\n' +
        'Results go to standard output, everything else to standard error.',
    );
  // One line each, in the order of the help. A sub-command made by `program.command` inherits what is set above.
  addStatusCommand(program, terminal);
  addResolveCommand(program, terminal);
  addCallCommand(program, terminal);
  addLoadCommand(program, terminal);
  addExplainCommand(program, terminal);
  addWhatIfCommand(program, terminal);
  addAuditStory(program, terminal, 'trace');
  addAuditCommand(program, terminal);
  addLookupCommand(program, terminal);
  addAgreementsCommand(program, terminal);
  addRulesCommand(program, terminal);
  addLimitsCommand(program, terminal);
  addBillingCommand(program, terminal);
  addReconcileCommand(program, terminal);
  addVerifyCommand(program, terminal);
  addDrillCommand(program, terminal);
  addChangesCommand(program, terminal);
  addSyncCommand(program, terminal);
  addCompletionCommand(program, terminal);
  return program;
}
