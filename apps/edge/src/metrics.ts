import { Counter, Gauge, type Registry } from 'prom-client';
import { TalliedHistogram } from './tallied-histogram.ts';

const secondBuckets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Everything the edge counts. */
export type EdgeMetrics = ReturnType<typeof createEdgeMetrics>;

/** Registers the edge's metrics; labels come from closed sets alone. */
export function createEdgeMetrics(registry: Registry) {
  const registers = [registry];
  const stageSeconds = new TalliedHistogram({
    name: 'ssp_edge_stage_seconds',
    help: 'Time within a stage of the path',
    labelNames: ['stage'] as const,
    buckets: secondBuckets,
    registers,
  });
  return {
    exchanges: new Counter({
      name: 'ssp_edge_exchanges_total',
      help: 'Exchanges that ended, by outcome, class of the status sent and refusal',
      labelNames: ['outcome', 'status_class', 'refusal'] as const,
      registers,
    }),
    inFlight: new Gauge({ name: 'ssp_edge_exchanges_in_flight', help: 'Exchanges under way', registers }),
    totalSeconds: new TalliedHistogram({
      name: 'ssp_edge_exchange_seconds',
      help: 'From the request to the end of its answer',
      buckets: secondBuckets,
      registers,
    }).tally({}),
    addedSeconds: new TalliedHistogram({
      name: 'ssp_edge_added_seconds',
      help: 'Time of forwarded exchanges that their providers had no part in: what the proxy adds',
      buckets: [0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.25, 1],
      registers,
    }).tally({}),
    stageSeconds: {
      announce: stageSeconds.tally({ stage: 'announce' }),
      authorise: stageSeconds.tally({ stage: 'authorise' }),
      admit: stageSeconds.tally({ stage: 'admit' }),
      provider: stageSeconds.tally({ stage: 'provider' }),
    },
    limitRefusals: new Counter({
      name: 'ssp_edge_limit_refusals_total',
      help: 'Exchanges that throttle refused, by the scope of the limit',
      labelNames: ['scope'] as const,
      registers,
    }),
    localAdmissions: new Counter({
      name: 'ssp_edge_local_admissions_total',
      help: 'Answers of throttle, by answer, for which the shared counters were away',
      labelNames: ['answer'] as const,
      registers,
    }),
    inFlightTold: new Counter({
      name: 'ssp_edge_in_flight_told_total',
      help: 'Calls to throttle that only told what is in flight here: told, or lost and to be told again',
      labelNames: ['outcome'] as const,
      registers,
    }),
    auditEventsLost: new Counter({
      name: 'ssp_edge_audit_events_lost_total',
      help: 'Audit events that could not even be queued; anything above zero needs a person',
      labelNames: ['topic'] as const,
      registers,
    }),
    unparsedRequests: new Counter({
      name: 'ssp_edge_unparsed_requests_total',
      help: 'Requests that were no HTTP, or whose handshake left an error behind',
      labelNames: ['refusal'] as const,
      registers,
    }),
    connections: new Gauge({
      name: 'ssp_edge_connections',
      help: 'Connections of consumers on which HTTP is spoken',
      registers,
    }),
    connectionsDropped: new Counter({
      name: 'ssp_edge_connections_dropped_total',
      help: 'Connections closed unheard, because as many as allowed were open',
      registers,
    }),
    handshakesFailed: new Counter({
      name: 'ssp_edge_handshakes_failed_total',
      help: 'Connections that ended before HTTP could be spoken on them, by reason',
      labelNames: ['reason'] as const,
      registers,
    }),
    redirects: new Counter({
      name: 'ssp_edge_redirects_total',
      help: 'Requests on the plain port, by the status of the answer',
      labelNames: ['status'] as const,
      registers,
    }),
    providerConnections: new Gauge({
      name: 'ssp_edge_provider_connections',
      help: 'Connections to providers that serve an exchange, rest, or are being made; looked at every second',
      labelNames: ['state'] as const,
      registers,
    }),
    providerWaiting: new Gauge({
      name: 'ssp_edge_provider_waiting',
      help: 'Exchanges that wait for a connection to their provider; looked at every second',
      registers,
    }),
    readAheadBytes: new Gauge({
      name: 'ssp_edge_read_ahead_bytes',
      help: 'Read of request bodies whose providers do not take them yet; looked at every second',
      registers,
    }),
    providerConnects: new Counter({
      name: 'ssp_edge_provider_connects_total',
      help: 'Connections to providers that were opened, or could not be',
      labelNames: ['outcome'] as const,
      registers,
    }),
    providerRetries: new Counter({
      name: 'ssp_edge_provider_retries_total',
      help: 'GETs that were sent again because an idle connection had died',
      registers,
    }),
    crlSecondsToNextUpdate: new Gauge({
      name: 'ssp_edge_crl_seconds_to_next_update',
      help: 'Until the first CRL of a trusted CA ends; its certificates are refused then, or after the grace',
      labelNames: ['issuer'] as const,
      registers,
    }),
    crlState: new Gauge({
      name: 'ssp_edge_crl_state',
      help: 'One for the state in which the CRLs of a trusted CA are, zero for the others',
      labelNames: ['issuer', 'state'] as const,
      registers,
    }),
    crlsRefused: new Counter({
      name: 'ssp_edge_crls_refused_total',
      help: 'CRLs that were found but not taken',
      labelNames: ['reason'] as const,
      registers,
    }),
    crlLookAgeSeconds: new Gauge({
      name: 'ssp_edge_crl_look_age_seconds',
      help: 'Since the last look that succeeded at the place of CRLs that has waited longest',
      labelNames: ['kind'] as const,
      registers,
    }),
  };
}
