/** The environment a process was started with, of `/proc/<pid>/environ`. */
export function environmentOf(environ: string): Readonly<Record<string, string>> {
  const entries = environ.split('\0').filter((entry) => entry.includes('='));
  return Object.fromEntries(
    entries.map((entry) => {
      const at = entry.indexOf('=');
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

/** The flags Node itself was started with, of `/proc/<pid>/cmdline`; those behind the program are the program's. */
export function nodeFlagsOf(cmdline: string): readonly string[] {
  const args = cmdline.split('\0').slice(1);
  const program = args.findIndex((arg) => !arg.startsWith('-'));
  return args.slice(0, Math.max(program, 0));
}
