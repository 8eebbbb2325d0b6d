import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when a service's `/readyz` says so; rejects with its own reason after `timeoutMs`. */
export async function untilReady(adminUrl: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const reason = await notReadyReason(adminUrl);
    if (reason === null) return;
    if (Date.now() > deadlineMs) throw new Error(`not ready after ${timeoutMs / 1_000} s: ${reason}`);
    await sleep(100, undefined, { signal });
  }
}

async function notReadyReason(adminUrl: string): Promise<string | null> {
  try {
    const response = await fetch(`${adminUrl}/readyz`, { signal: AbortSignal.timeout(2_000) });
    const text = await response.text();
    return response.ok ? null : text.trim();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
