import type { Leash } from '../leash/leash.ts';
import type { DevelopmentPki } from '../pki/pki-paths.ts';
import type { BackingEnvironment } from './backing-environment.ts';
import type { ProgramNeed } from './install-programs.ts';
import type { LocalProgram } from './local-program.ts';

/** What every backing service tells beside its address. */
export interface BackingService {
  readonly source: 'environment' | 'container' | 'local';
  /** Only where the source is local. */
  readonly program: LocalProgram | undefined;
}

/** What the parts need to start. */
export interface BackingContext {
  readonly dir: string;
  /** Downloads that every start of this user shares. */
  readonly cacheDir: string;
  readonly pki: DevelopmentPki;
  /** False for tests: data need not survive a power cut, nor this start. */
  readonly durable: boolean;
  readonly leash: Leash;
  readonly resources: AsyncDisposableStack;
  readonly report: (line: string) => void;
  readonly environment: BackingEnvironment;
}

/** One backing service with its three ways to be had. */
export interface BackingPart<Service extends BackingService> {
  readonly name: string;
  /** Undefined when the environment gives no address. Rejects when the address does not answer. */
  readonly fromEnvironment: (() => Promise<Service>) | undefined;
  /** An image name, or a folder with a Dockerfile. */
  readonly image: { readonly name: string } | { readonly name: string; readonly dockerfileDir: string };
  readonly startContainer: () => Promise<Service>;
  /** What the local program needs installed. */
  readonly needs: () => Promise<readonly ProgramNeed[]>;
  readonly startLocal: () => Promise<Service>;
}
