import { startRelay } from './relay.ts';

export type Backend = { readonly port: number; readonly admin: string };

/** A TCP load balancer as small as can be: new connections go in turn to those that say they are ready. */
export async function startBalancer(resources: AsyncDisposableStack) {
  const backends = new Set<Backend>();
  const ready = new Set<Backend>();
  const look = async () => {
    for (const backend of backends) {
      const isReady = await fetch(`${backend.admin}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (isReady) ready.add(backend);
      else ready.delete(backend);
    }
  };
  const { port } = await startRelay(() => Array.from(ready, (backend) => backend.port), resources);
  const timer = setInterval(() => void look(), 50);
  resources.defer(() => clearInterval(timer));
  return {
    port,
    isReady: (backend: Backend) => ready.has(backend),
    add: (backend: Backend) => void backends.add(backend),
    remove: (backend: Backend) => {
      backends.delete(backend);
      ready.delete(backend);
    },
  };
}
