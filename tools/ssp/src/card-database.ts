import { missing, type PlatformCard } from './platform-card.ts';

/**
 * How our programs that read the database reach that of the card; without one they go by the environment, as docs/configuration.md has it.
 * @throws UsageFault where that does not say it either
 */
export function cardDatabase(card: PlatformCard | null): Readonly<Record<string, string>> {
  if (card?.verify === undefined) {
    // oxlint-disable-next-line node/no-process-env -- it is handed on as it is
    if (process.env['POSTGRES_URL'] === undefined) throw missing(['POSTGRES_URL in the environment']);
    return {};
  }
  const { postgres, passwordFile } = card.verify;
  return { POSTGRES_URL: postgres, POSTGRES_PASSWORD_FILE: card.path(passwordFile) };
}
