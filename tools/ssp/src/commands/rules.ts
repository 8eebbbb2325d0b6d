import { type Command } from 'commander';
import { type Terminal } from '../terminal.ts';
import { addReviewedCommands, type Reviewed } from './reviewed-commands.ts';

const reviewedRules: Reviewed = {
  name: 'rules',
  of: 'authz',
  load: { method: 'POST', path: '/v1/rules/load' },
  exportPath: '/v1/rules/export',
};

/** `ssp rules diff|load|export`: the reviewed file of all rules. */
export function addRulesCommand(program: Command, terminal: Terminal): void {
  const rules = program
    .command('rules')
    .summary('compare, load and export the file of all rules')
    .description('Compares, loads and exports the file of all rules.');
  addReviewedCommands(rules, reviewedRules, terminal);
}
