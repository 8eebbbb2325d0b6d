import { LimitsWhatIfLine, limitsWhatIfPath } from '@ssp/contracts';
import { type Command } from 'commander';
import { limitsWhatIfText } from '../limits-what-if-text.ts';
import { addOperatorOptions, type OperatorOptions } from '../operator-command.ts';
import { operatorApi } from '../operator-api.ts';
import { readPlatformCard } from '../platform-card.ts';
import { addPeriodOptions, judgePeriod, type PeriodOptions, readPeriod } from '../judge-period.ts';
import { readReviewed } from '../reviewed-file.ts';
import { formatJson } from '../table.ts';
import { type Terminal } from '../terminal.ts';

/** `ssp limits what-if`: what a proposed limits file would have done to a past period. */
export function addLimitsWhatIf(limits: Command, terminal: Terminal): void {
  addOperatorOptions(
    addPeriodOptions(
      limits
        .command('what-if')
        .description(
          'Counts every audited request of a past period by the limits of a file, and by those that were in force, and tells whom each would have refused: by rule, by consumer and by provider. Changes nothing.',
        )
        .argument('<file>', 'limits file: the whole of the proposed limits, YAML or JSON'),
    ),
    'the report',
  )
    .addHelpText('after', '\nExample: ssp limits what-if limits.yaml --since 1h')
    .action(async (file: string, options: OperatorOptions & PeriodOptions) => {
      const period = readPeriod(options);
      const api = operatorApi(options, readPlatformCard(options.card, terminal.cwd), terminal, 'throttle');
      const report = await judgePeriod(
        {
          api,
          path: limitsWhatIfPath,
          file,
          proposal: { limits: readReviewed(file, 'the limits', terminal) },
          line: LimitsWhatIfLine,
        },
        period,
        terminal,
      );
      terminal.out.write(options.json ? formatJson(report) : limitsWhatIfText(report));
    });
}
