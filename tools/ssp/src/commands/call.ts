import { type Explanation } from '@ssp/contracts';
import { randomUUID } from 'node:crypto';
import { type Command } from 'commander';
import { readForJson } from '../answer-json.ts';
import { type CallBody, openCallBody, readCallBody } from '../call-body.ts';
import { addCallOptions, type CallOptions } from '../call-options.ts';
import { CommandFailure, reasonOf } from '../command-fault.ts';
import { addConsumerOptions, consumerSystem, type ConsumerSystem } from '../consumer-options.ts';
import { type Answer, openEdge, whoAnswered } from '../consumer/index.ts';
import { explainCall, explainingService, sayExplanations } from '../explain-call.ts';
import { curlLine } from '../curl-line.ts';
import { addDirectoryOptions } from '../directory-options.ts';
import { findProvider } from '../find-provider.ts';
import { readPlatformCard } from '../platform-card.ts';
import { aimOf, prepareCall, type PreparedCall } from '../prepare-call.ts';
import { type BodySeen, describeHead, mustBeWritable, writeBody } from '../print-answer.ts';
import { addProviderArguments } from '../provider-arguments.ts';
import { readTlsFiles } from '../read-tls-files.ts';
import { formatJson, printable } from '../table.ts';
import { type ServiceAddress } from '../service-client.ts';
import { say, type Terminal } from '../terminal.ts';

/** `ssp call`: one request of a consumer, from the look-up in the directory to the answer. */
export function addCallCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('call')
    .summary('call a provider through the edge, as a consumer')
    .description(
      'Finds the provider in the directory, makes the token and the headers, and sends the request through the edge. The body goes to standard output, status, headers and trace id to standard error.',
    );
  addProviderArguments(command).argument(
    '[path]',
    'what follows the endpoint, percent-encoded already: path and query (default: the interaction’s path, where it has no id)',
  );
  addCallOptions(command);
  addConsumerOptions(command);
  addDirectoryOptions(command)
    .addHelpText('after', helpEnd)
    .action((odsCode: string, interaction: string, rest: string | undefined, options: CallOptions) =>
      call({ odsCode, interaction, rest }, options, terminal),
    );
}

const helpEnd = `
The token names nobody: an example system and an example practitioner. It is shown by --curl and --json alone.
Status: 0 for an answer below 400, else 1.

Examples:
  ssp call B82617 search:patient-1 '/Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C9690937278'
  ssp call B82617 gpc.getstructuredrecord-1 --data @parameters.json --output record.json
  ssp call B82617 gpc.getstructuredrecord-1 --data @parameters.json --as revoked
  ssp call B82617 structured:fhir:rest:read:metadata-1 --curl | sh`;

type Asked = { readonly odsCode: string; readonly interaction: string; readonly rest: string | undefined };

async function call(asked: Asked, options: CallOptions, terminal: Terminal): Promise<void> {
  const { interaction } = asked;
  mustBeWritable(options.output, terminal);
  const body = readCallBody(options.data, terminal);
  const aim = aimOf(interaction, { rest: asked.rest, method: options.method, hasBody: body !== null });
  const card = readPlatformCard(options.card, terminal.cwd);
  const consumer = consumerSystem(options, card, terminal);
  const explaining = explainingService(options, card, terminal);
  if (card !== null) say(terminal, `what was not given is that of ${card.file}, consumer ${options.as}`);
  const provider = await findProvider(asked, options, card, terminal);
  if (provider.endpoints.length > 1) {
    say(
      terminal,
      `of ${provider.endpoints.length} endpoints the first is called: ${provider.endpoints.join(', ')}`,
    );
  }
  const traceId = randomUUID();
  const nowSeconds = Math.floor(Date.now() / 1_000);
  const prepared = prepareCall(consumer, provider, {
    ...aim,
    interaction,
    body,
    options,
    traceId,
    nowSeconds,
  });
  if (options.curl) {
    terminal.out.write(curlLine(consumer, prepared, body, options.timeout));
    return;
  }
  await send({ consumer, prepared, body, explaining }, options, terminal);
}

type Ready = {
  readonly consumer: ConsumerSystem;
  readonly prepared: PreparedCall;
  readonly body: CallBody | null;
  readonly explaining: ServiceAddress | null;
};

async function send(ready: Ready, options: CallOptions, terminal: Terminal): Promise<void> {
  const { consumer, prepared } = ready;
  const { edgeUrl, tls } = consumer;
  await using resources = new AsyncDisposableStack();
  const edge = { ...readTlsFiles(tls, new URL(edgeUrl).hostname), url: edgeUrl, timeoutMs: options.timeout };
  const sending = openEdge(edge, resources)(
    { ...prepared, body: openCallBody(ready.body, terminal) },
    terminal.interrupted,
  );
  const answer = await sending.catch((error: unknown) => {
    throw new CommandFailure(
      `the edge at ${edgeUrl} did not answer (${reasonOf(error)}): is it running, and are --edge and --ca right?`,
      { cause: error },
    );
  });
  if (!options.json) {
    say(terminal, `${prepared.method} ${prepared.target} from ${consumer.asid} at ${edgeUrl}`);
    terminal.err.write(printableLines(describeHead(answer)));
    const exchange = answer.internalId ?? 'not named by who answered';
    say(terminal, `trace id ${prepared.traceId ?? 'none'}, exchange ${exchange}`);
  }
  const seen = await readAnswer(answer, options, terminal);
  if (options.output !== undefined) say(terminal, `${seen.bytes} bytes in ${options.output}`);
  const explained = await explain(ready, terminal);
  if (options.json) terminal.out.write(formatJson(asJson(ready, answer, seen, explained.explanations)));
  else sayExplanations(explained.explanations ?? [], terminal);
  if (answer.status >= 400) {
    if (explained.fault !== null) say(terminal, explained.fault);
    throw new CommandFailure(verdictOn(answer, seen));
  }
  if (explained.fault !== null) throw new CommandFailure(explained.fault);
}

const printableLines = (text: string) =>
  text
    .split('\n')
    .map((line) => printable(line))
    .join('\n');

function verdictOn({ status, internalId }: Answer, { beginning }: BodySeen): string {
  const { by, said } = whoAnswered(internalId, beginning.toString('utf8'));
  const text = said === null ? 'no OperationOutcome that could be read' : said;
  return printable(
    by === 'proxy' ? `the proxy refused it: ${status} ${text}` : `the provider answered ${status}: ${text}`,
  );
}

type AnswerSeen = BodySeen & { readonly shown?: unknown };

/** The body goes where it is wished: to a file, into JSON, to standard output. */
function readAnswer(
  { body }: Answer,
  { json, output }: CallOptions,
  terminal: Terminal,
): Promise<AnswerSeen> {
  return json && output === undefined ? readForJson(body) : writeBody(body, output, terminal);
}

type Explained = { readonly explanations: readonly Explanation[] | null; readonly fault: string | null };

/** What is known of the call by now is not lost because nobody can say why. */
async function explain({ explaining, prepared }: Ready, terminal: Terminal): Promise<Explained> {
  if (explaining === null) return { explanations: null, fault: null };
  try {
    return { explanations: await explainCall(explaining, prepared, terminal), fault: null };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { explanations: null, fault: `it was not explained: ${error.message}` };
  }
}

function asJson(
  { consumer, prepared }: Ready,
  { status, statusText, headers, internalId }: Answer,
  { bytes, shown }: AnswerSeen,
  explanations: readonly Explanation[] | null,
) {
  const { method, target, traceId } = prepared;
  return {
    traceId,
    internalId,
    request: { edge: consumer.edgeUrl, method, target, headers: prepared.headers },
    answer: { status, statusText, headers, bytes, body: shown },
    explanations,
  };
}
