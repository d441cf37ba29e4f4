/** The rules of every request, by library or HTTP: a method gets only what can be asked and stored. */
import type { SaleState } from '../catalogue/sale.ts';
import {
  ACCOUNT_ID_PATTERN,
  CATALOGUE_ID_PATTERN,
  IDEMPOTENCY_KEY_PATTERN,
  SERVER_NAME_PATTERN,
  UUID_PATTERN,
} from '../domain/ids.ts';
import type { Refusal } from '../domain/outcomes.ts';
import { refuse } from '../domain/outcomes.ts';
import { ACTIONS_CURSOR_LENGTH_MAX, ACTIONS_CURSOR_PATTERN } from './operator/actions.ts';
import { foldedText, QUERY_LENGTH_MAX, QUERY_LENGTH_MIN } from '../identity/profiles.ts';

/** How many seats one hold may have. */
export const SEATS_PER_HOLD_MAX = 20;

/** How long a page of a list may be. */
const PAGE_SIZE_MAX = 1_000;

/** The refusal of a list of seats by label: a hold's, or a refund's. */
export function faultInSeats(seats: readonly string[]): Refusal<'invalid_request'> | undefined {
  if (seats.length < 1 || seats.length > SEATS_PER_HOLD_MAX) {
    return refuse('invalid_request', { detail: `seats: 1 to ${SEATS_PER_HOLD_MAX} seats` });
  }
  if (new Set(seats).size !== seats.length) {
    return refuse('invalid_request', { detail: 'seats: each seat once' });
  }
  return undefined;
}

/** A rule of a method's arguments: the refusal of what breaks it. Callers need not be typed, so all is unknown. */
export type Rule = (...given: readonly unknown[]) => Refusal<'invalid_request' | 'not_found'> | undefined;

type Field = (value: unknown) => boolean;
type Fields = Readonly<Record<string, readonly [accepts: Field, rule: string]>>;

function matching(pattern: string): Field {
  const expression = new RegExp(pattern);
  return (value) => typeof value === 'string' && expression.test(value);
}

const isCatalogueId = matching(CATALOGUE_ID_PATTERN);
const isReservationId = matching(UUID_PATTERN);
const isAccountId = matching(ACCOUNT_ID_PATTERN);
const isString: Field = (value) => typeof value === 'string';
const isLabels: Field = (value) => Array.isArray(value) && value.every(isString);
const isWholeFrom1 = (value: unknown, max = Number.MAX_SAFE_INTEGER): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= max;

const ACCOUNT = [isAccountId, '1 to 255 printable ASCII characters'] as const;
const KEYED: Fields = {
  accountId: ACCOUNT,
  idempotencyKey: [matching(IDEMPOTENCY_KEY_PATTERN), '1 to 255 printable ASCII characters'],
};
const PAGE: Fields = {
  limit: [(value) => isWholeFrom1(value, PAGE_SIZE_MAX), `a whole number from 1 to ${PAGE_SIZE_MAX}`],
  before: [(value) => value === undefined || isWholeFrom1(value), "the previous page's, or nothing"],
};
const FUNCTION = [(value: unknown) => typeof value === 'function', 'a function'] as const;
const isFunction = FUNCTION[0];
const SIGNAL = [
  (value: unknown) =>
    value === undefined ||
    [fieldsOf(value)['addEventListener'], fieldsOf(value)['removeEventListener']].every(isFunction),
  'an AbortSignal, or nothing',
] as const;
const CURSOR = [(value: unknown) => value === undefined || isString(value), 'that of a reading'] as const;
const isServerName = matching(SERVER_NAME_PATTERN);
const SERVER = [
  (value: unknown) => value === undefined || isServerName(value),
  'a name, or nothing',
] as const;
const REQUEST_ID_LENGTH_MAX = 200;
const isRequestId: Field = (value) =>
  isString(value) && (value as string).length >= 1 && (value as string).length <= REQUEST_ID_LENGTH_MAX;
const ACTOR: Fields = { actor: [(value) => value === undefined || isAccountId(value), ACCOUNT[1]] };
const BY: Fields = {
  ...ACTOR,
  requestId: [
    (value) => value === undefined || isRequestId(value),
    `1 to ${REQUEST_ID_LENGTH_MAX} characters`,
  ],
};

/** How long the reason of a block may be. */
export const REASON_LENGTH_MAX = 500;
const hasControls = /[\p{Cc}\p{Cs}]/u;
const isReason: Field = (value) =>
  typeof value === 'string' &&
  value.length >= 1 &&
  value.length <= REASON_LENGTH_MAX &&
  !hasControls.test(value);

const by =
  (place: number): Rule =>
  (...given) =>
    brokenIn(BY, given[place]);

function fieldsOf(given: unknown): Readonly<Record<string, unknown>> {
  return Object(given) as Readonly<Record<string, unknown>>;
}

function brokenIn(fields: Fields, given: unknown): Refusal<'invalid_request'> | undefined {
  const values = fieldsOf(given);
  for (const name in fields) {
    const [accepts, rule] = fields[name]!;
    if (!accepts(values[name])) return refuse('invalid_request', { detail: `${name}: ${rule}` });
  }
  return undefined;
}

const request =
  (fields: Fields): Rule =>
  (given) =>
    brokenIn(fields, given);

const both =
  (first: Rule, second: Rule): Rule =>
  (...given) =>
    first(...given) ?? second(...given);

// What has an impossible id does not exist.
const nothing: Rule = () => undefined;
const concert: Rule = (id) => (isCatalogueId(id) ? undefined : refuse('not_found', { what: 'concert' }));
const performance: Rule = (id) =>
  isCatalogueId(id) ? undefined : refuse('not_found', { what: 'performance' });
const performanceOf: Rule = (given) => performance(fieldsOf(given)['performanceId']);
const anyReservation: Rule = (given) => {
  const { performanceId, reservationId } = fieldsOf(given);
  const isPossible = isCatalogueId(performanceId) && isReservationId(reservationId);
  return isPossible ? undefined : refuse('not_found', { what: 'reservation' });
};
const ownReservation: Rule = (given) =>
  isAccountId(fieldsOf(given)['accountId'])
    ? anyReservation(given)
    : refuse('not_found', { what: 'reservation' });
const account: Rule = (accountId) => brokenIn({ accountId: ACCOUNT }, { accountId });
const page: Rule = (_accountId, given) => brokenIn(PAGE, given);

/** The rules of the box office's methods. */
export const RULES = {
  listConcerts: nothing,
  readConcert: concert,
  readPerformance: performance,
  readSeatMap: performance,
  readSeatStates: performance,
  watchSeats: both(request({ cursor: CURSOR, onEvents: FUNCTION, onEnd: FUNCTION }), performanceOf),
  hold: both(request({ ...KEYED, seats: [isLabels, 'a list of labels'] }), performanceOf),
  holdBestAvailable: both(request({ ...KEYED, grade: [isString, 'a grade'] }), performanceOf),
  previewBestAvailable: both(request({ accountId: ACCOUNT, grade: [isString, 'a grade'] }), performanceOf),
  readReservation: ownReservation,
  release: ownReservation,
  pay: both(request(KEYED), anyReservation),
  refund: both(request(KEYED), anyReservation),
  listReservations: both(account, page),
  readTickets: ownReservation,
  topUp: request({ ...KEYED, ...ACTOR }),
  reverseTopUp: request({ ...KEYED, ...BY }),
  readWallet: account,
  listLedger: both(account, page),
} satisfies Readonly<Record<string, Rule>>;

const isScopes: Field = (value) => Array.isArray(value) && value.length <= 50 && value.every(isString);
const isTextOrNothing: Field = (value) => value === undefined || isString(value);
const SECRET: Fields = {
  secret: [(value) => isString(value) && value !== '', 'a text'],
};
const secretRule: Rule = (secret) => brokenIn(SECRET, { secret });
const isQuery: Field = (value) =>
  typeof value === 'string' &&
  foldedText(value).length >= QUERY_LENGTH_MIN &&
  value.length <= QUERY_LENGTH_MAX &&
  /^[^\p{Cc}\p{Cs}]*$/u.test(value);

/** The rules of the methods about people. */
export const IDENTITY_RULES = {
  signIn: request({
    accountId: ACCOUNT,
    scopes: [isScopes, 'a list of at most 50 texts'],
    name: [isTextOrNothing, 'a text, or nothing'],
    email: [isTextOrNothing, 'a text, or nothing'],
    idToken: [isTextOrNothing, 'a text, or nothing'],
  }),
  useSignIn: secretRule,
  findSession: secretRule,
  signOut: secretRule,
  signOutEverywhere: request({ accountId: ACCOUNT, secret: [isTextOrNothing, 'a text, or nothing'] }),
  endSessions: request({ accountId: ACCOUNT, ...BY }),
  readProfile: account,
  findAccounts: (query) =>
    brokenIn(
      { query: [isQuery, `${QUERY_LENGTH_MIN} to ${QUERY_LENGTH_MAX} characters of text`] },
      { query },
    ),
  eraseProfile: request({ accountId: ACCOUNT, ...BY }),
} satisfies Readonly<Record<string, Rule>>;

const SALE_STATES: readonly SaleState[] = ['open', 'paused', 'closed'];
const isSaleState: Field = (value) => SALE_STATES.some((state) => state === value);

const isActionsCursor = matching(ACTIONS_CURSOR_PATTERN);
const isActionsBefore: Field = (value) =>
  value === undefined ||
  isWholeFrom1(value) ||
  (isActionsCursor(value) && (value as string).length <= ACTIONS_CURSOR_LENGTH_MAX);

/** The rules of the operator's methods. */
export const OPERATOR_RULES = {
  listConcerts: nothing,
  setVisibility: both(
    both(concert, (_concertId: unknown, visibility: unknown) =>
      brokenIn({ hidden: [(value) => typeof value === 'boolean', 'true or false'] }, visibility),
    ),
    by(2),
  ),
  cancelPerformance: both(performanceOf, request(BY)),
  readCancellation: performance,
  importCatalogue: both(
    (_document: unknown, signal: unknown, _by: unknown, server: unknown) =>
      brokenIn({ signal: SIGNAL, server: SERVER }, { signal, server }),
    by(2),
  ),
  setSaleState: both(
    both(performance, (_performanceId: unknown, state: unknown) =>
      brokenIn({ state: [isSaleState, `one of ${SALE_STATES.join(', ')}`] }, { state }),
    ),
    by(2),
  ),
  readReservation: anyReservation,
  readSeat: both(request({ seat: [isString, 'a label'] }), performanceOf),
  refund: both(
    request({
      ...BY,
      idempotencyKey: KEYED['idempotencyKey']!,
      seats: [(value) => value === undefined || isLabels(value), 'a list of labels, or nothing'],
    }),
    anyReservation,
  ),
  release: both(anyReservation, request(BY)),
  blockAccount: request({
    ...BY,
    accountId: ACCOUNT,
    blocked: [(value) => typeof value === 'boolean', 'true or false'],
    reason: [
      (value) => value === undefined || isReason(value),
      `1 to ${REASON_LENGTH_MAX} characters, or nothing`,
    ],
  }),
  readBlock: account,
  audit: nothing,
  readCheckInList: performance,
  readSales: performance,
  readSalesOverTime: performance,
  listSales: performance,
  listActions: both(
    request({ ...PAGE, before: [isActionsBefore, "the previous page's, or nothing"] }),
    (given) => {
      const { performanceId } = fieldsOf(given);
      return performanceId === undefined ? undefined : performance(performanceId);
    },
  ),
} satisfies Readonly<Record<string, Rule>>;
