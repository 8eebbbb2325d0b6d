import { type z } from 'zod';

/** Where to dial a host instead of asking DNS: `host:port` → address. */
export type ConnectTo = ReadonlyMap<string, { readonly host: string; readonly port: number }>;

const entryForm = /^([^:\s]+):(\d+):(\[[^\]]+\]|[^:\s]+):(\d+)$/;

/** Reads `host:port:address:port` entries separated by commas, as curl's `--connect-to` has them. */
export function parseConnectTo(text: string, ctx: z.RefinementCtx): ConnectTo {
  const connectTo = new Map<string, { host: string; port: number }>();
  for (const entry of text.split(',').map((item) => item.trim())) {
    if (entry === '') continue;
    const parts = entryForm.exec(entry);
    if (parts === null) {
      ctx.addIssue({ code: 'custom', message: `"${entry}" is not host:port:address:port` });
      continue;
    }
    const [, host = '', port = '', address = '', addressPort = ''] = parts;
    connectTo.set(`${host.toLowerCase()}:${port}`, {
      host: address.replaceAll(/^\[|\]$/g, ''),
      port: Number(addressPort),
    });
  }
  return connectTo;
}
