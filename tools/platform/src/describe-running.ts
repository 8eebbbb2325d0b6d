import { type PlatformPaths } from './paths.ts';
import { readCard } from './platform-card.ts';

/** Says what runs already from this checkout, or null when nothing does. */
export async function describeRunning(paths: PlatformPaths): Promise<string | null> {
  const card = await readCard(paths.card);
  if (card === null || !isAlive(card.pid)) return null;
  const services = Object.entries(card.services).map(([name, processes]) => {
    const pids = processes.map(({ pid }) => pid).join(', ');
    return `  ${name.padEnd(20)} process ${pids}`;
  });
  return `The platform already runs from this directory (process ${card.pid}):

  edge                 ${card.edge.https}
  console              ${card.console}
${services.join('\n')}

Everything about it is in .local/platform.json. End it with Ctrl-C where it runs, or with: kill ${card.pid}
`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
