import { InvalidArgumentError, Option } from 'commander';

/** `--json`: every command that prints a result has it. */
export function jsonOption(what: string): Option {
  return new Option('--json', `print ${what} as JSON`);
}

/** `--card FILE`: where defaults come from. */
export function cardOption(): Option {
  return new Option(
    '--card <file>',
    'card of the running platform (default: .local/platform.json, if there)',
  );
}

/** `--timeout SECONDS`, handed on as milliseconds. */
export function timeoutOption(what: string, defaultMs: number): Option {
  return new Option('--timeout <seconds>', what)
    .argParser(readSeconds)
    .default(defaultMs, String(defaultMs / 1_000));
}

/** For options that count; what is too many the service says. */
export function readCount(text: string): string {
  if (/^[1-9]\d{0,8}$/.test(text)) return text;
  throw new InvalidArgumentError('give a whole number from 1');
}

const secondsMax = 86_400;

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds > 0 && seconds <= secondsMax)) {
    throw new InvalidArgumentError(`give seconds, more than 0 and at most ${secondsMax}`);
  }
  return Math.ceil(seconds * 1_000);
}
