import { type PlatformCard } from './platform-card.ts';

/** How our programs that read the database reach that of the card; without one they go by the environment, as docs/configuration.md has it. */
export function cardDatabase(card: PlatformCard | null): Readonly<Record<string, string>> {
  if (card?.verify === undefined) return {};
  const { postgres, passwordFile } = card.verify;
  return { POSTGRES_URL: postgres, POSTGRES_PASSWORD_FILE: card.path(passwordFile) };
}
