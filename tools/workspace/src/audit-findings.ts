import { z } from 'zod';

const severities = ['info', 'low', 'moderate', 'high', 'critical'] as const;
const Finding = z.object({
  name: z.string(),
  severity: z.enum(severities),
  range: z.string(),
  fixAvailable: z.union([z.boolean(), z.object({ name: z.string(), version: z.string() })]),
});
const Report = z.object({ vulnerabilities: z.record(z.string(), Finding) });
const Failure = z.object({ message: z.string() });

/** What `npm audit` came to: it was asked and told these things of us, or it could not be asked. */
export type AuditFindings =
  | { readonly asked: true; readonly grave: readonly string[]; readonly others: number }
  | { readonly asked: false; readonly why: string };

/** Reads what `npm audit --json` has printed. Grave is what is high or critical. */
export function readAudit(printed: string): AuditFindings {
  let json: unknown;
  try {
    json = JSON.parse(printed);
  } catch {
    return { asked: false, why: printed.trim().split('\n').at(-1) ?? '' };
  }
  const report = Report.safeParse(json);
  if (!report.success) {
    const failure = Failure.safeParse(json);
    return { asked: false, why: failure.success ? withoutAddress(failure.data.message) : 'no report' };
  }
  const all = Object.values(report.data.vulnerabilities);
  const grave = all.filter(({ severity }) => severity === 'high' || severity === 'critical');
  return {
    asked: true,
    grave: grave.map(
      ({ name, severity, range, fixAvailable }) =>
        `${name} ${range}: ${severity}${fixAvailable === false ? ', no fix yet' : ''}`,
    ),
    others: all.length - grave.length,
  };
}

function withoutAddress(message: string): string {
  return message.replaceAll(/ *-? *(GET|POST)? *https?:\/\/\S+/g, '').trim();
}
