import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { type PlatformCard } from '../src/platform-card.ts';
import { processesNaming } from './left-over.ts';

/** Names of the services with a process that is no nicer than we are, and of Postgres where it is a program of ours and has one. */
export function whoGoesFirst(card: PlatformCard): string[] {
  const processes = Object.entries(card.services).flatMap(([name, all]) =>
    all.map(({ pid }) => ({ name, pid })),
  );
  for (const pid of postgresProcesses(card)) processes.push({ name: 'postgres', pid });
  const first = processes.filter(({ pid }) => getPriority(pid) <= getPriority());
  return [...new Set(first.map(({ name }) => name))].toSorted();
}

/** The server and all that it has started. */
function postgresProcesses(card: PlatformCard): number[] {
  const servers = processesNaming(`-c port=${new URL(card.postgres).port} `);
  const children = servers.map((pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
  return [...servers, ...children.join('').split(' ').filter(Boolean).map(Number)];
}
