import { type QueryOrder, type RegisteredProvider, resolveProvider } from './consumer/index.ts';
import { type DirectoryOptions, directoryAddress, withDirectory } from './directory-options.ts';
import { type PlatformCard } from './platform-card.ts';
import { inCapitals } from './provider-arguments.ts';
import { providerOf } from './resolution-text.ts';
import { type Terminal } from './terminal.ts';

type Sought = { readonly odsCode: string; readonly interaction: string };
type SeekOptions = DirectoryOptions & { readonly order: QueryOrder; readonly to?: string };

/** Asks the directory for the system of an organisation that serves an interaction. */
export async function findProvider(
  { odsCode: typed, interaction }: Sought,
  options: SeekOptions,
  card: PlatformCard | null,
  terminal: Terminal,
): Promise<RegisteredProvider> {
  const directory = directoryAddress(options, card, terminal);
  const odsCode = inCapitals(typed, terminal);
  const resolution = await withDirectory(directory, (search) =>
    resolveProvider(
      search,
      { odsCode, interaction },
      { order: options.order, baseDn: directory.baseDn, asid: options.to },
    ),
  );
  return providerOf(resolution, odsCode, interaction);
}
