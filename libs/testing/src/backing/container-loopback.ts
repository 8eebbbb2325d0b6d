import { GenericContainer, type WaitStrategy } from 'testcontainers';

/** A container with one port, published on this machine's loopback only; testcontainers would open it to the network. */
export class LoopbackContainer extends GenericContainer {
  readonly #containerPort: number;
  readonly #hostPort: number;
  #id: string | undefined;

  constructor(image: string, ports: { readonly container: number; readonly host: number }) {
    super(image);
    this.#containerPort = ports.container;
    this.#hostPort = ports.host;
    this.withExposedPorts(ports);
    this.withWaitStrategy(noWait);
    // Its reaper is one more image to pull, and a start fails without it; our own keeper clears up.
    this.withAutoCleanup(false);
  }

  /** Undefined until the engine has made it, which it has even when the start fails later on. */
  get id(): string | undefined {
    return this.#id;
  }

  protected override beforeContainerCreated(): Promise<void> {
    this.hostConfig.PortBindings = {
      [`${this.#containerPort}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(this.#hostPort) }],
    };
    return Promise.resolve();
  }

  protected override containerCreated(id: string): Promise<void> {
    this.#id = id;
    return Promise.resolve();
  }
}

// Whether a service is ready its own check tells; a failed wait would remove the container with its last words.
const noWait: WaitStrategy = {
  waitUntilReady: () => Promise.resolve(),
  withStartupTimeout: () => noWait,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
};
