import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readAudit } from './audit-findings.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Neither well nor ill: what `.ci/run` counts as nothing. */
const notAskedStatus = 75;
const patienceMs = 60_000;

/** What npm printed; its status says nothing that this does not. */
function audit(): Promise<string> {
  const command = ['audit', '--json', '--omit=dev', '--fetch-retries=0', '--fetch-timeout=20000'];
  return new Promise((resolve) => {
    execFile('npm', command, { cwd: root, timeout: patienceMs, maxBuffer: 64e6 }, (error, stdout) =>
      resolve(stdout === '' && error !== null ? error.message : stdout),
    );
  });
}

const findings = readAudit(await audit());
if (!findings.asked) {
  process.stdout.write(`not asked: ${findings.why}\n`);
  process.exitCode = notAskedStatus;
} else {
  const { grave, others } = findings;
  for (const one of grave) process.stdout.write(`${one}\n`);
  process.stdout.write(`${grave.length} high or critical, ${others} lesser\n`);
  process.exitCode = grave.length > 0 ? 1 : 0;
}
