import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const verifier = fileURLToPath(new URL('../../../examples/verify-audit/verify_audit.py', import.meta.url));

/** Runs the independent verifier; a machine without python3 fails the test rather than pass it by. */
export function runVerifier(
  kind: 'proof' | 'checkpoints',
  path: string,
  keyFile: string,
): Promise<{ readonly status: unknown; readonly says: string }> {
  return new Promise((resolve, reject) => {
    execFile('python3', [verifier, kind, path, '--key', keyFile], (error, stdout, stderr) => {
      if (error && error.code === 'ENOENT')
        reject(new Error('python3 is needed to run the verifier of the audit'));
      else resolve({ status: error ? error.code : 0, says: stdout + stderr });
    });
  });
}
