import { Command } from 'commander';

/** The command line of those who use and operate the proxy; each command is a file of its own under `commands`. */
export function createProgram(): Command {
  return new Command('ssp')
    .description('Calls, explains and operates the Spine Secure Proxy')
    .showHelpAfterError();
}
