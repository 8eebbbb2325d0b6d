import { type Command } from 'commander';
import { type Terminal } from '../terminal.ts';
import { addAuditSearch } from './audit-search.ts';
import { addAuditStory } from './audit-story.ts';

/** `ssp audit …`: what the audit holds of exchanges. */
export function addAuditCommand(program: Command, terminal: Terminal): void {
  const audit = program
    .command('audit')
    .summary('search the audit, and tell the story of a request')
    .description('Searches the audit, and tells the story of a request. NHS numbers in targets are masked.');
  addAuditSearch(audit, terminal);
  addAuditStory(audit, terminal);
}
