import {
  BerReader,
  BindRequest,
  FilterParser,
  type Message,
  PagedResultsControl,
  ProtocolOperation,
  SearchRequest,
  SearchResponse,
  StatusCodeParser,
  UnbindRequest,
} from 'ldapts';
import { once } from 'node:events';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { type LdapEntry } from '../read-entry.ts';
import { elementAt, elementWithin } from './ber-element.ts';
import { readSearchEntry } from './read-search-entry.ts';

/** How to reach a directory, and for how long it may be silent while we wait. */
export type LdapOptions = {
  readonly tls: ConnectionOptions;
  readonly timeoutMs: number;
};

export type LdapSearch = {
  readonly base: string;
  readonly scope: 'base' | 'sub';
  readonly filter: string;
  readonly attributes: readonly string[];
  /** Entries in a page; null for a search that is not paged. */
  readonly pageSize: number | null;
};

/** A connection to a directory, which answers one search at a time. */
export type LdapConnection = AsyncDisposable & {
  /** Binds by name and password; both empty for anonymous. */
  readonly bind: (dn: string, password: string) => Promise<void>;
  /**
   * What a search finds, in portions as they come off the wire; while one portion is held, the directory is at work on the next. References to other
   * servers are not followed.
   */
  readonly search: (search: LdapSearch) => AsyncGenerator<readonly LdapEntry[]>;
  readonly hangUp: () => void;
};

/**
 * Connects over TLS. The library writes the requests and reads the results; entries are read here as they arrive, since a page of
 * them made into objects of the library costs several times the time and memory.
 * @throws ResultCodeError for what the directory refuses, else the error of TLS or the network with its code
 */
export async function openLdap({ tls, timeoutMs }: LdapOptions): Promise<LdapConnection> {
  const socket = connect(tls);
  // Every failure is met by who waits for the next bytes; one that nobody waits for concerns nobody.
  socket.on('error', () => undefined);
  socket.on('timeout', () => socket.destroy(new LdapTimeout(timeoutMs)));
  await inTime(socket, timeoutMs, () => once(socket, 'secureConnect'));
  const chunks: AsyncIterator<unknown> = socket[Symbol.asyncIterator]();
  let lastId = 0;
  let unread: Buffer = Buffer.alloc(0);

  function send(request: (messageId: number) => Message): number {
    lastId += 1;
    socket.write(request(lastId).write());
    return lastId;
  }

  async function receive(): Promise<void> {
    const { value } = await inTime(socket, timeoutMs, () => chunks.next());
    if (!Buffer.isBuffer(value)) throw new LdapHungUp();
    unread = unread.length === 0 ? value : Buffer.concat([unread, value]);
  }

  /** Takes the whole messages that are there; the result is the last one of an answer. */
  function take(messageId: number): { entries: LdapEntry[]; result: SearchResponse | null } {
    const entries: LdapEntry[] = [];
    let result: SearchResponse | null = null;
    let at = 0;
    while (result === null) {
      const message = elementAt(unread, at);
      if (message === null) break;
      const id = elementWithin(unread, message.start, message.end);
      const operation = elementWithin(unread, id.end, message.end);
      const forId = unread.readUIntBE(id.start, id.end - id.start);
      // A message for nobody tells that the directory hangs up (RFC 4511 section 4.4).
      if (forId === messageId || forId === 0) {
        if (operation.tag === ProtocolOperation.LDAP_RES_SEARCH_ENTRY) {
          entries.push(readSearchEntry(unread, operation));
        } else if (finalOperations.has(operation.tag)) {
          result = readResult(unread.subarray(at, message.end));
        }
      }
      at = message.end;
    }
    unread = unread.subarray(at);
    return { entries, result };
  }

  async function* search({ base, scope, filter, attributes, pageSize }: LdapSearch) {
    const ask = (cookie: Buffer) =>
      send(
        (messageId) =>
          new SearchRequest({
            messageId,
            baseDN: base,
            scope,
            filter: FilterParser.parseString(filter),
            attributes: [...attributes],
            timeLimit: 0,
            controls:
              pageSize === null ? [] : [new PagedResultsControl({ value: { size: pageSize, cookie } })],
          }),
      );
    let id = ask(Buffer.alloc(0));
    for (;;) {
      const { entries, result } = take(id);
      const cookie = result === null ? undefined : nextPage(result);
      if (cookie !== undefined) id = ask(cookie);
      if (entries.length > 0) yield entries;
      if (result === null) await receive();
      else if (cookie === undefined) return;
    }
  }

  return {
    async bind(dn, password) {
      const id = send((messageId) => new BindRequest({ messageId, dn, password }));
      for (;;) {
        const { result } = take(id);
        if (result !== null) return requireSuccess(result);
        await receive();
      }
    },
    search,
    hangUp: () => void socket.destroy(),
    async [Symbol.asyncDispose]() {
      if (socket.destroyed) return;
      send((messageId) => new UnbindRequest({ messageId }));
      socket.destroySoon();
      await Promise.resolve();
    },
  };
}

/** The directory did not answer in time. */
export class LdapTimeout extends Error {
  override readonly name = 'LdapTimeout';
  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}

/** The directory ended the connection before it had answered. */
export class LdapHungUp extends Error {
  override readonly name = 'LdapHungUp';
  readonly code = 'ECONNRESET';
  constructor() {
    super('the connection was closed before the answer was complete');
  }
}

// Silence counts only while we wait: between two portions it is ours.
async function inTime<Result>(
  socket: TLSSocket,
  timeoutMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  socket.setTimeout(timeoutMs);
  try {
    return await work();
  } finally {
    socket.setTimeout(0);
  }
}

const finalOperations = new Set<number>([
  ProtocolOperation.LDAP_RES_BIND,
  ProtocolOperation.LDAP_RES_SEARCH,
  ProtocolOperation.LDAP_RES_EXTENSION,
]);

// All results begin alike (RFC 4511 section 4.1.9).
function readResult(message: Buffer): SearchResponse {
  const reader = new BerReader(message);
  reader.readSequence();
  const result = new SearchResponse({ messageId: reader.readInt() ?? 0 });
  reader.readSequence();
  result.parse(reader, []);
  return result;
}

function requireSuccess(result: SearchResponse): void {
  if (result.status !== 0 || result.messageId === 0) throw StatusCodeParser.parse(result);
}

function nextPage(result: SearchResponse): Buffer | undefined {
  requireSuccess(result);
  const paged = result.controls?.find((control) => control instanceof PagedResultsControl);
  const cookie = paged?.value?.cookie;
  return cookie === undefined || cookie.length === 0 ? undefined : cookie;
}
