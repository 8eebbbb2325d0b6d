import { WhatIfLine, whatIfPath } from '@ssp/contracts';
import { type Command } from 'commander';
import { addPeriodOptions, judgePeriod, type PeriodOptions, readPeriod } from '../judge-period.ts';
import { addOperatorOptions, type OperatorOptions } from '../operator-command.ts';
import { operatorApi } from '../operator-api.ts';
import { readPlatformCard } from '../platform-card.ts';
import { readReviewed } from '../reviewed-file.ts';
import { formatJson } from '../table.ts';
import { type Terminal } from '../terminal.ts';
import { whatIfText } from '../what-if-text.ts';

/** `ssp what-if`: what a proposed rules file would have done to a past period. */
export function addWhatIfCommand(program: Command, terminal: Terminal): void {
  addOperatorOptions(
    addPeriodOptions(
      program
        .command('what-if')
        .summary(
          'tell whom proposed rules would newly allow or refuse, by the audited requests of a past period',
        )
        .description(
          'Judges every audited request of a past period by the rules in force and by those of a file, both on the directory of now, and lists who would newly be allowed or refused. Changes nothing.',
        )
        .argument('<file>', 'rules file: the whole of the proposed rules, YAML or JSON'),
    ),
    'the report',
  )
    .addHelpText('after', '\nExample: ssp what-if rules.yaml --since 7d')
    .action(async (file: string, options: OperatorOptions & PeriodOptions) => {
      const period = readPeriod(options);
      const api = operatorApi(options, readPlatformCard(options.card, terminal.cwd), terminal);
      const rules = readReviewed(file, 'the rules', terminal);
      const asked = { api, path: whatIfPath, file, proposal: { rules }, line: WhatIfLine };
      const report = await judgePeriod(asked, period, terminal);
      terminal.out.write(options.json ? formatJson(report) : whatIfText(report));
    });
}
