import {
  AuditedAsksLine,
  auditedAsksPath,
  AuditedDecisions,
  auditedDecisionsPath,
  AuditedExchanges,
  auditedExchangesPath,
  AuditedStories,
  auditedStoriesPath,
  AuditRead,
  AuditRetired,
  BookedExchangeLine,
  bookedExchangesPath,
  BookLine,
  booksPath,
  exportsPath,
  FullUrls,
  fullUrlsPath,
  GroupedDecisionsLine,
  groupedDecisionsPath,
  LimitsChanged,
  PersonActed,
  RulesChanged,
} from '@ssp/contracts';
import { type Operations } from '@ssp/service/operator';
import { z } from 'zod';
import { BookedQuery, BooksQuery } from '../books/books-query.ts';
import { DecisionQuery, GroupQuery, PeriodQuery } from './decision-query.ts';
import { ExportAsk } from './export-exchanges.ts';
import { EventQuery } from './find-events.ts';
import { StoryQuery } from './find-stories.ts';
import { FullUrlsAsk } from './full-urls.ts';
import { SearchQuery } from './search-query.ts';

const readers = ['auditor', 'operator'];
/** Who may see what a decision rested on: also the operator API of authz, which explains it to people, and nothing else. */
const explainers = [...readers, 'authz'];
/** Who may see what throttle was asked: also its operator API, which judges proposed limits by it, and nothing else. */
const limiters = [...readers, 'throttle'];

/** Who may hold other counts against the audit: also billing's reconciling, and nothing else. */
const reconcilers = [...readers, 'reconcile'];

/** All that the search API answers. */
export const operations = {
  exchanges: {
    method: 'get',
    path: auditedExchangesPath,
    roles: readers,
    summary:
      'Exchanges that match all that is asked for, the newest first, a page at a time; targets are masked',
    input: SearchQuery,
    answers: { 'application/json': AuditedExchanges },
  },
  stories: {
    method: 'get',
    path: auditedStoriesPath,
    roles: readers,
    summary: 'All that is known of the course of an exchange, or of each of a trace',
    input: StoryQuery,
    answers: { 'application/json': AuditedStories },
  },
  exports: {
    method: 'post',
    path: exportsPath,
    roles: readers,
    summary:
      'All that a search finds, as a stream; audited before it begins. A stream cut off is no whole export',
    input: ExportAsk,
    answers: { 'text/csv': null, 'application/x-ndjson': AuditedExchanges.shape.exchanges.element },
  },
  fullUrls: {
    method: 'post',
    path: fullUrlsPath,
    roles: ['auditor'],
    summary: 'Targets with NHS numbers visible; audited before they are answered',
    input: FullUrlsAsk,
    answers: { 'application/json': FullUrls },
  },
  events: {
    method: 'get',
    path: '/v1/events',
    roles: readers,
    summary:
      'What people did: changes of rules and limits, exports, reads of full URLs, drops of old months, sign-ins and deeds at the console; the newest first',
    input: EventQuery,
    answers: {
      'application/json': z.object({
        events: z.array(
          z.union([
            RulesChanged.schema,
            LimitsChanged.schema,
            AuditRead.schema,
            AuditRetired.schema,
            PersonActed.schema,
          ]),
        ),
      }),
    },
  },
  decisions: {
    method: 'get',
    path: auditedDecisionsPath,
    roles: explainers,
    summary: 'What the decisions of a trace, an exchange or an id rested on, the newest first',
    input: DecisionQuery,
    answers: { 'application/json': AuditedDecisions },
  },
  groupedDecisions: {
    method: 'get',
    path: groupedDecisionsPath,
    roles: explainers,
    summary: 'What authz was asked in a period, alike asks together',
    input: GroupQuery,
    answers: { 'application/jsonl': GroupedDecisionsLine },
  },
  asks: {
    method: 'get',
    path: auditedAsksPath,
    roles: limiters,
    summary: 'What throttle was asked in a period, in the order of arrival',
    input: PeriodQuery,
    answers: { 'application/jsonl': AuditedAsksLine },
  },
  books: {
    method: 'get',
    path: booksPath,
    roles: reconcilers,
    summary:
      'What the completed exchanges of each hour come to, by all that billing tells them apart by, and what the edges have counted',
    input: BooksQuery,
    answers: { 'application/jsonl': BookLine },
  },
  bookedExchanges: {
    method: 'get',
    path: bookedExchangesPath,
    roles: reconcilers,
    summary: 'Each completed exchange of an hour, by all that billing counts it by',
    input: BookedQuery,
    answers: { 'application/jsonl': BookedExchangeLine },
  },
} as const satisfies Operations;
