import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { TraceId } from '@ssp/spine';
import { type Command } from 'commander';
import { cardDatabase } from '../card-database.ts';
import { UsageFault } from '../command-fault.ts';
import { readPlatformCard } from '../platform-card.ts';
import { mustBeWritable } from '../print-answer.ts';
import { runVerifier } from '../run-verifier.ts';
import { cardOption } from '../shared-options.ts';
import { say, type Terminal } from '../terminal.ts';

type ProveOptions = { readonly output: string; readonly card?: string };

/** `ssp audit prove`: what convinces somebody who trusts neither our servers nor us. */
export function addAuditProve(audit: Command, terminal: Terminal): void {
  audit
    .command('prove')
    .description(
      'Writes proofs that the events of one exchange are in the audit. Whoever has the public key checks them without us: examples/verify-audit/verify_audit.py does. They hold these events, NHS numbers masked, and of others nothing but hashes.',
    )
    .argument(
      '<id>',
      'the exchange’s own id, X-Ssp-InternalID of its answer, as `ssp audit search --json` has it',
    )
    .requiredOption('--output <file>', 'where to, a proof a line; it must not be there yet')
    .addOption(cardOption())
    .addHelpText(
      'after',
      '\nWithout a card the database is that of POSTGRES_URL and POSTGRES_PASSWORD_FILE, as docs/configuration.md has it.',
    )
    .action((id: string, options: ProveOptions) => prove(id, options, terminal));
}

async function prove(id: string, { output, card }: ProveOptions, terminal: Terminal): Promise<void> {
  if (!TraceId.safeParse(id).success) throw new UsageFault(`${id} is no id: give a UUID`);
  mustBeWritable(output, terminal);
  const file = resolve(terminal.cwd, output);
  if (existsSync(file)) throw new UsageFault(`${output} is there already: name another file`);
  const environment = {
    ...cardDatabase(readPlatformCard(card, terminal.cwd)),
    AUDIT_PROVE_INTERNAL_ID: id,
    AUDIT_PROOF_FILE: file,
  };
  const { summary } = await runVerifier('apps/audit-writer/src/prove.main.ts', environment, {
    tell: () => undefined,
    signal: terminal.interrupted,
  });
  say(terminal, `${String(summary.fields['proofs'])} proofs are written to ${output}`);
}
