import { type Command } from 'commander';
import { type Terminal } from '../terminal.ts';
import { addAuditExport } from './audit-export.ts';
import { addAuditProve } from './audit-prove.ts';
import { addAuditSearch } from './audit-search.ts';
import { addAuditStory } from './audit-story.ts';
import { addAuditUrls } from './audit-urls.ts';

/** `ssp audit …`: what the audit holds of exchanges. */
export function addAuditCommand(program: Command, terminal: Terminal): void {
  const audit = program
    .command('audit')
    .summary('search the audit, tell the story of a request, take out what is found')
    .description(
      'Searches the audit, tells the story of a request, and takes out what is found. NHS numbers are masked in all but `urls`, which is for auditors.',
    );
  addAuditSearch(audit, terminal);
  addAuditStory(audit, terminal);
  addAuditExport(audit, terminal);
  addAuditUrls(audit, terminal);
  addAuditProve(audit, terminal);
}
