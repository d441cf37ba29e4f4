/** The JSON schemas of the problem documents, one per refusal, for the OpenAPI document and its clients. */
import Type from 'typebox';
import type { TProperties, TSchema } from 'typebox';
import type { RefusalCode } from '../../domain/outcomes.ts';
import { REFUSALS } from '../../domain/outcomes.ts';
import { CLOSED, Money, SeatLabels, Time } from '../answers/schemas.ts';
import { RESERVATION_STATES } from '../../domain/states.ts';

const State = Type.Enum([...RESERVATION_STATES]);
const Count = Type.Integer({ minimum: 0 });

/** The members of each refusal besides the common ones. */
const MEMBERS = {
  unauthenticated: {},
  forbidden: {},
  account_blocked: {},
  invalid_request: {
    errors: Type.Optional(
      Type.Array(
        Type.Object(
          {
            path: Type.String({
              description: 'Where: `body/seats/0`, `query/limit`, `header/Idempotency-Key`.',
            }),
            rule: Type.String({ description: 'The broken rule.' }),
          },
          CLOSED,
        ),
      ),
    ),
  },
  rate_limited: {},
  idempotency_key_missing: {},
  not_found: {
    what: Type.Optional(
      Type.Enum([
        'concert',
        'performance',
        'seat',
        'grade',
        'reservation',
        'ticket',
        'account',
        'entry',
        'cancellation',
      ]),
    ),
    seats: Type.Optional(SeatLabels),
  },
  idempotency_key_reused: {},
  sales_closed: {
    reason: Type.Enum(['not_yet', 'paused', 'ended', 'cancelled']),
    opensAt: Type.Optional(Time),
  },
  seat_taken: { seats: SeatLabels },
  seats_unavailable: {},
  seat_limit_exceeded: { limit: Count, claimed: Count },
  hold_budget_exceeded: { retryAt: Time },
  hold_expired: {},
  reservation_not_payable: { state: State },
  reservation_not_releasable: { state: State },
  reservation_not_refundable: {
    state: State,
    reason: Type.Enum(['state', 'deadline', 'seats']),
    seats: Type.Optional(SeatLabels),
  },
  insufficient_balance: { required: Money, available: Money },
  balance_limit_exceeded: { limit: Money, balance: Money },
  contended: {},
  overloaded: {},
  outcome_unknown: {},
  internal: {},
} satisfies Record<RefusalCode, TProperties>;

/** Statuses that a refusal may have besides its own. */
const OTHER_STATUSES: Partial<Record<RefusalCode, readonly number[]>> = {
  invalid_request: [405, 408, 413, 415, 417, 431],
};

/** The schemas by their names in the OpenAPI document. */
export const PROBLEM_SCHEMAS: Readonly<Record<string, TSchema>> = Object.fromEntries(
  REFUSALS.map(({ code, status, title, retry }) => [
    problemSchemaName(code),
    Type.Object(
      {
        type: Type.String({
          pattern: `/errors/${code}$`,
          description: 'The page that explains this outcome, relative to this answer.',
        }),
        title: Type.Literal(title),
        status: Type.Enum([status, ...(OTHER_STATUSES[code] ?? [])]),
        outcome: Type.Literal(code),
        retry: Type.Literal(retry, {
          description:
            '`same`: send the same request with the same key again; `changed`: change the request or what it meets; ' +
            '`never`: final.',
        }),
        instance: Type.String({
          description: "The request's id, as in the service's log.",
          pattern: '^urn:uuid:[0-9a-f-]{36}$',
        }),
        detail: Type.String(),
        ...MEMBERS[code],
      },
      // Without a title of its own: generators of clients would name its type after that.
      { ...CLOSED, description: `Outcome \`${code}\`: ${title}; see /errors/${code}.` },
    ),
  ]),
);

/** `seat_taken` → `SeatTakenProblem`. */
export function problemSchemaName(code: RefusalCode): string {
  const words = code.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Problem`;
}
