/** A file of certificates that a setting of the process names. */
export type CertificateFile = {
  /** The variable; where an address names the file, that and the address's parameter. */
  readonly setting: string;
  readonly file: string;
  /** The key of what the process shows; null for what it trusts. */
  readonly keyFile: string | null;
};

/**
 * Finds the files of certificates among the variables that a process reads: those that are called `…_CERT_FILE` or `…_CA_FILE`, and what
 * the address of a Postgres names. Whoever adds such a variable need do nothing else to have it told of.
 */
export function certificateFiles(variables: ReadonlyMap<string, string>): readonly CertificateFile[] {
  return [...variables].flatMap(([setting, value]) => {
    if (setting.endsWith('_CA_FILE')) return [{ setting, file: value, keyFile: null }];
    if (setting.endsWith('_CERT_FILE')) {
      const keyFile = variables.get(setting.replace(/_CERT_FILE$/, '_KEY_FILE')) ?? null;
      return [{ setting, file: value, keyFile }];
    }
    return /^postgres(?:ql)?:/.test(value) ? filesOfAddress(setting, value) : [];
  });
}

function filesOfAddress(name: string, address: string): readonly CertificateFile[] {
  const parameters = new URLSearchParams(address.split('?', 2)[1] ?? '');
  return (['sslcert', 'sslrootcert'] as const).flatMap((parameter) => {
    const file = parameters.get(parameter);
    if (file === null || file === '') return [];
    const keyFile = parameter === 'sslcert' ? parameters.get('sslkey') : null;
    return [{ setting: `${name} ${parameter}`, file, keyFile }];
  });
}
