import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, TestCase } from 'vitest/node';

/** Tells at the end of a run which tests passed at a second try only, and what the first one met: nothing of the kind goes by unseen. */
export class SecondTries implements Reporter {
  readonly #file: string;
  readonly #told: string[] = [];

  /** @param file where the same is written; it is there only where there were any */
  constructor(file: string) {
    this.#file = file;
  }

  onTestRunStart(): void {
    rmSync(this.#file, { force: true });
  }

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky !== true) return;
    const faults = (test.result().errors ?? []).map(({ message }) => stripVTControlCharacters(message));
    this.#told.push(`${test.module.relativeModuleId} > ${test.fullName}\n    ${faults.join('\n    ')}`);
  }

  onTestRunEnd(): void {
    if (this.#told.length === 0) return;
    const told = `passed at a second try only: ${this.#told.length}\n${this.#told.join('\n')}\n`;
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, told);
    process.stderr.write(`\n${told}`);
  }
}
