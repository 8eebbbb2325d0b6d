import { type LiveContent, type Verdict } from '@ssp/live-state';
import { formatTable } from './table.ts';

const marks: Readonly<Record<Verdict, string>> = { good: 'ok', watch: 'watch', act: 'ACT' };

/** The state of the platform as a person reads it: what needs somebody first. */
export function statusText({ summary, services, signals, certificates }: LiveContent): string {
  const serviceRows = services.map(({ name, verdict, state, remarks }) => [
    marks[verdict],
    name,
    state,
    remarks.join('; '),
  ]);
  const signalRows = signals.map(({ verdict, service, subject, says }) => [
    marks[verdict],
    service,
    subject,
    says,
  ]);
  const certificateRows = certificates.map(({ verdict, name, says, endsAt, users }) => [
    marks[verdict],
    name,
    says,
    endsAt?.slice(0, 10) ?? '',
    users,
  ]);
  return [
    `${summary}\n`,
    formatTable(['', 'SERVICE', 'STATE', 'REMARKS'], serviceRows),
    ...(signalRows.length === 0 ? [] : [formatTable(['', 'SERVICE', 'WHAT', 'NOW'], signalRows)]),
    ...(certificateRows.length === 0
      ? []
      : [formatTable(['', 'CERTIFICATE OR LIST', 'NOW', 'LAST DAY', 'USED BY'], certificateRows)]),
  ].join('\n');
}
