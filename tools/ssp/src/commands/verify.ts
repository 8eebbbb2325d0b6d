import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { cardDatabase } from '../card-database.ts';
import { Differs } from '../command-fault.ts';
import { type PlatformCard, readPlatformCard } from '../platform-card.ts';
import { runVerifier, sayLine } from '../run-verifier.ts';
import { cardOption, jsonOption } from '../shared-options.ts';
import { formatJson, printable } from '../table.ts';
import { type Terminal } from '../terminal.ts';

type VerifyOptions = {
  readonly auditKey?: string;
  readonly checkpoints?: string;
  readonly archives?: string;
  readonly statementsKey?: string;
  readonly card?: string;
  readonly json?: true;
};

/** What can be verified, and the program that does it. */
const verifiers = {
  audit: 'apps/audit-writer/src/verify.main.ts',
  numbers: 'apps/audit-writer/src/numbers.main.ts',
  statements: 'apps/billing-aggregator/src/verify-statements.main.ts',
} as const;
type Verifier = keyof typeof verifiers;

/** `ssp verify`: is anything lost or altered? */
export function addVerifyCommand(program: Command, terminal: Terminal): void {
  program
    .command('verify')
    .summary('prove that nothing of the audit and the statements is lost or altered')
    .description(
      'Reads all that is stored and proves it: that the audit’s chains, checkpoints and signatures hold, that of every producer each event is there once, and that every statement is as it was signed. Names what is altered, missing or repeated; ends with status 3 where something is. Nothing is trusted but the public keys.',
    )
    .addArgument(
      new Argument('[what...]', 'what to verify (default: all three)').choices(Object.keys(verifiers)),
    )
    .option('--audit-key <file>', 'public keys of the audit’s checkpoints, PEM (default: that of the card)')
    .option('--checkpoints <folder>', 'where checkpoints were given out (default: that of the card)')
    .option('--archives <folders>', 'archives to verify together with the tables, with a comma between each')
    .option('--statements-key <file>', 'public keys of the statements, PEM (default: that of the card)')
    .addOption(cardOption())
    .addOption(jsonOption('what was found'))
    .addHelpText(
      'after',
      '\nWithout a card the database is that of POSTGRES_URL and POSTGRES_PASSWORD_FILE, as docs/configuration.md has it.\n' +
        'Examples:\n  ssp verify\n  ssp verify audit --archives /archive/2024-01,/archive/2024-02',
    )
    .action((what: readonly Verifier[], options: VerifyOptions) => verify(what, options, terminal));
}

async function verify(what: readonly Verifier[], options: VerifyOptions, terminal: Terminal): Promise<void> {
  const environment = environmentOf(options, readPlatformCard(options.card, terminal.cwd), terminal);
  const found = [];
  for (const name of what.length === 0 ? Object.keys(verifiers).filter(isVerifier) : what) {
    const tell = (line: Parameters<typeof sayLine>[0]) => {
      const mark = line.isFault ? 'FAULT ' : line.isWarning ? 'mind: ' : '';
      terminal.err.write(`${name}: ${mark}${printable(sayLine(line))}\n`);
    };
    const { isWhole, summary } = await runVerifier(verifiers[name], environment, {
      tell,
      signal: terminal.interrupted,
    });
    found.push({ name, isWhole, says: summary.says, ...summary.fields });
    if (!options.json) terminal.out.write(`${name}: ${printable(sayLine(summary))}\n`);
  }
  if (options.json) terminal.out.write(formatJson(found));
  if (found.some(({ isWhole }) => !isWhole)) throw new Differs('something is not as it was written');
}

const isVerifier = (name: string): name is Verifier => Object.hasOwn(verifiers, name);

/** What was not given, and the card does not say, stays as the process's own environment has it. */
function environmentOf(
  { auditKey, checkpoints, archives, statementsKey }: VerifyOptions,
  card: PlatformCard | null,
  { cwd }: Terminal,
): Readonly<Record<string, string>> {
  const given = (file: string | undefined) => (file === undefined ? undefined : resolve(cwd, file));
  const named = (file: string | undefined) => (file === undefined ? undefined : card?.path(file));
  const all = {
    AUDIT_VERIFYING_KEY_FILE: given(auditKey) ?? named(card?.verify?.auditKey),
    AUDIT_CHECKPOINT_FOLDER: given(checkpoints) ?? named(card?.verify?.checkpoints),
    AUDIT_ARCHIVE_FOLDERS: archives
      ?.split(',')
      .map((folder) => resolve(cwd, folder.trim()))
      .join(','),
    BILLING_VERIFYING_KEY_FILE: given(statementsKey) ?? named(card?.verify?.statementsKey),
  };
  const known = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return { ...cardDatabase(card), ...Object.fromEntries(known) };
}
