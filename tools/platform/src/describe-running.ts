import { leashOwner } from '@ssp/testing';
import { type PlatformPaths } from './paths.ts';
import { readCard } from './platform-card.ts';

/** Says what runs already from this directory, or null when nothing does. */
export async function describeRunning(paths: PlatformPaths): Promise<string | null> {
  const owner = leashOwner(paths.leash);
  if (owner === undefined) return null;
  const end = `End it with Ctrl-C where it runs, or with: kill ${owner}\n`;
  const card = await readCard(paths.card);
  if (card === null) return `The platform is being started or stopped by process ${owner}.\n${end}`;
  const services = Object.entries(card.services).map(([name, processes]) => {
    const pids = processes.map(({ pid }) => pid).join(', ');
    return `  ${name.padEnd(20)} process ${pids}`;
  });
  return `The platform already runs from ${paths.shown} (process ${owner}):

  edge                 ${card.edge.https}
  console              ${card.console}
${services.join('\n')}

Everything about it is in ${paths.shown}/platform.json. ${end}`;
}
