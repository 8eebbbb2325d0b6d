import { createServer, type RequestListener } from 'node:http';
import { type AdminListenerConfig } from './admin-environment.ts';
import { createAdminTlsServer, maySeeFigures } from './admin-tls.ts';
import { describeMetrics } from './describe-metrics.ts';
import { listen, type ListenAddress } from './listen.ts';
import { type Service } from './service.ts';

/**
 * Serves `/healthz` (the process lives), `/readyz` (it can do its work now), `/metrics` (Prometheus text) and
 * `/metrics/names` (all that may appear there, with labels).
 */
export async function startAdminListener(
  { tls, ...address }: AdminListenerConfig,
  service: Service,
): Promise<ListenAddress> {
  const handler: RequestListener = (req, res) => {
    const answer = (status: number, type: string, body: string) =>
      res.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
    const json = (status: number, body: unknown) =>
      answer(status, 'application/json', `${JSON.stringify(body)}\n`);
    const reply = async () => {
      const path = req.url?.split('?', 1)[0];
      if (path?.startsWith('/metrics') === true && !maySeeFigures(req.socket, tls))
        return json(403, {
          error:
            'metrics are shown to client certificates of the configured CA, with a name that may see them, alone',
        });
      switch (path) {
        case '/healthz':
          return json(200, { status: 'ok', service: service.name });
        case '/readyz': {
          const report = await service.health.report();
          return json(report.ready ? 200 : 503, { service: service.name, ...report });
        }
        case '/metrics':
          return answer(200, service.metrics.contentType, await service.metrics.metrics());
        case '/metrics/names':
          return json(200, describeMetrics(service.metrics));
        default:
          return json(404, { error: 'not found: try /healthz, /readyz, /metrics or /metrics/names' });
      }
    };
    reply().catch((error: unknown) => {
      service.log.error({ err: error }, 'admin request failed');
      res.destroy();
    });
  };
  const server = tls === null ? createServer(handler) : createAdminTlsServer(tls, handler, service);
  const bound = await listen(server, address, service.resources);
  service.log.info({ admin: bound }, 'admin listener open');
  return bound;
}
