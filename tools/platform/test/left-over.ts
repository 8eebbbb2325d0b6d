import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { type PlatformCard } from '../src/platform-card.ts';

/** Live processes whose command line holds a text: what a platform starts names its directory or its port there. */
export function processesNaming(text: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  return pids.filter((pid) => commandLine(pid).includes(text)).map(Number);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Those of a platform's service processes that are alive. */
export function liveServices(card: PlatformCard): number[] {
  const pids = Object.values(card.services).flatMap((processes) => processes.map(({ pid }) => pid));
  return pids.filter((pid) => commandLine(String(pid)) !== '');
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function portsOf(card: PlatformCard): number[] {
  const urls = [
    card.edge.https,
    card.edge.http,
    card.console,
    card.identityProvider,
    card.authzApi,
    card.throttleApi,
    card.billingApi,
    card.auditApi,
    card.postgres,
    card.redis,
    card.ldap.url,
  ];
  const admins = Object.values(card.services).flatMap((processes) => processes.map(({ admin }) => admin));
  const named = [...urls, ...admins].filter((url) => url !== '').map((url) => Number(new URL(url).port));
  const addresses = [...card.kafka, ...card.providers.map(({ address }) => address)];
  return [...new Set([...named, ...addresses.map((address) => Number(address.split(':').at(-1)))])];
}

/** Ports of the card on which something still listens. */
export async function openPorts(card: PlatformCard): Promise<number[]> {
  const ports = portsOf(card);
  const open = await Promise.all(ports.map(isOpen));
  return ports.filter((_port, index) => open[index]);
}
