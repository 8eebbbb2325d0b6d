import { STATUS_CODES } from 'node:http';

const beyondNode: Readonly<Record<number, string>> = {
  495: 'SSL Certificate Error',
  496: 'SSL Certificate Required',
  497: 'HTTP Request Sent to HTTPS Port',
  499: 'Client Closed Request',
  599: 'Network Connect Timeout Error',
};

/** The reason phrase of a status, also of those that Node does not know. */
export function statusText(status: number): string {
  return beyondNode[status] ?? STATUS_CODES[status] ?? 'Unknown';
}
