/** Every outcome in words for a buyer: what it means for them, and what they can do. */
import type { Problem } from '../api/answer.ts';
import { moment } from './dates.ts';

interface Words {
  readonly ko: string;
  readonly en: string;
}

/** The service's catalogue (`src/domain/outcomes.ts`, compared by a test), and what only a page can meet. */
export const OUTCOMES = [
  'unauthenticated',
  'forbidden',
  'account_blocked',
  'invalid_request',
  'rate_limited',
  'idempotency_key_missing',
  'not_found',
  'idempotency_key_reused',
  'sales_closed',
  'seat_taken',
  'seats_unavailable',
  'seat_limit_exceeded',
  'hold_budget_exceeded',
  'hold_expired',
  'reservation_not_payable',
  'reservation_not_releasable',
  'reservation_not_refundable',
  'insufficient_balance',
  'balance_limit_exceeded',
  'contended',
  'overloaded',
  'outcome_unknown',
  'internal',
  'offline',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

export const OUTCOME_WORDS = {
  unauthenticated: {
    ko: '로그인이 만료되었어요. 다시 로그인하면 하던 작업이 그대로 이어져요.',
    en: 'Your session has expired. Sign in again to continue.',
  },
  forbidden: {
    ko: '이 계정으로는 할 수 없어요. 지갑 충전은 운영자의 결제 서비스에서 할 수 있어요.',
    en: "This account isn't allowed to do that. Wallets are topped up through the operator's payment service.",
  },
  account_blocked: {
    ko: '이 계정은 운영자가 차단해서 좌석을 선점하거나 결제할 수 없어요. 이미 결제한 티켓은 그대로예요.',
    en: 'The operator has blocked this account: it can’t hold seats or pay. Tickets you have paid for stay yours.',
  },
  invalid_request: {
    ko: '요청에 잘못된 부분이 있어요. 선택한 내용을 다시 확인해 주세요.',
    en: "Something in this request isn't right. Please check your selection.",
  },
  rate_limited: {
    ko: '짧은 시간에 요청이 너무 많았어요. 잠시 후 자동으로 다시 보낼게요.',
    en: "Too many requests at once. We'll try again automatically in a moment.",
  },
  idempotency_key_missing: {
    ko: '이 페이지에 문제가 생겼어요. 바뀐 것은 없으니 새로고침한 뒤 다시 시도해 주세요.',
    en: 'Something went wrong on this page. Nothing was changed; please reload and try again.',
  },
  not_found: {
    ko: '찾을 수 없어요. 주소가 바뀌었거나 이 계정의 것이 아니에요.',
    en: "We can't find this. It may have moved, or it belongs to another account.",
  },
  idempotency_key_reused: {
    ko: '이전 요청과 충돌했어요. 바뀐 것은 없으니 처음부터 다시 시도해 주세요.',
    en: 'This request conflicts with an earlier one. Nothing was changed; please start over.',
  },
  sales_closed: {
    ko: '지금은 예매할 수 없어요.',
    en: 'Sales are not open right now.',
  },
  seat_taken: {
    ko: '아쉽지만 다른 분이 조금 먼저 이 좌석을 잡았어요.',
    en: 'Someone else was quicker: this seat has been taken.',
  },
  seats_unavailable: {
    ko: '이 등급에는 나란히 앉을 자리가 그만큼 남아 있지 않아요. 인원을 줄이거나 다른 등급을 골라 보세요.',
    en: "There aren't that many seats left together in this category. Try fewer seats or another category.",
  },
  seat_limit_exceeded: {
    ko: '한 계정으로 예매할 수 있는 좌석 수를 넘었어요.',
    en: 'That exceeds the seat limit for one account.',
  },
  hold_budget_exceeded: {
    ko: '결제하지 않고 놓아준 좌석이 많아 잠시 새 좌석을 잡을 수 없어요. 잡아 둔 좌석을 결제하면 바로 풀려요.',
    en: "You've let too many seats go without paying. Pay for seats you hold, or try again later.",
  },
  hold_expired: {
    ko: '결제할 수 있는 시간이 지나 선점이 풀렸어요. 결제되지 않았고, 충전한 돈은 지갑에 있어요.',
    en: 'Your time to pay has run out and the seats have been released. Nothing was paid, and money you added is still in your wallet.',
  },
  reservation_not_payable: {
    ko: '이 예약은 지금 결제할 수 없는 상태예요.',
    en: "This reservation can't be paid for now.",
  },
  reservation_not_releasable: {
    ko: '지금은 취소할 수 없어요.',
    en: "This reservation can't be released now.",
  },
  reservation_not_refundable: {
    ko: '이 예약은 지금 환불할 수 없는 상태예요.',
    en: "This reservation can't be refunded now.",
  },
  insufficient_balance: {
    ko: '지갑 잔액이 모자라요. 모자란 만큼 충전하면 바로 결제돼요.',
    en: "There isn't enough in your wallet. Top it up with the amount still needed to pay.",
  },
  balance_limit_exceeded: {
    ko: '지갑에 담을 수 있는 금액을 넘어요. 더 적은 금액으로 충전해 주세요.',
    en: "That exceeds the wallet's balance limit. Please top up a smaller amount.",
  },
  contended: {
    ko: '지금 많은 분이 몰려 있어요. 아직 결정된 것은 없고, 계속 시도하고 있어요.',
    en: "It's very busy right now. We're still trying; nothing has been decided.",
  },
  overloaded: {
    ko: '서비스가 아주 바빠요. 바뀐 것은 없고, 곧 다시 시도할게요.',
    en: 'The service is overloaded. Nothing was changed; we will try again shortly.',
  },
  outcome_unknown: {
    ko: '처리되었는지 아직 알 수 없어요. 같은 요청으로 확인하고 있으니 두 번 처리되지 않아요.',
    en: "We don't know yet whether it went through. We're checking, and it can't go through twice.",
  },
  internal: {
    ko: '서비스에 문제가 생겼어요. 같은 요청으로 다시 확인하고 있어요.',
    en: "Something went wrong on our side. We're checking with the same request.",
  },
  offline: {
    ko: '인터넷 연결이 끊겼어요. 연결되면 자동으로 이어져요.',
    en: "You're offline. We'll continue automatically once you're back online.",
  },
} as const satisfies Record<Outcome, Words>;

const SALE_WORDS = {
  not_yet: {
    ko: '아직 예매가 열리지 않았어요. 열리면 이 화면에서 바로 알 수 있어요.',
    en: "Sales haven't opened yet. This page will update automatically.",
  },
  paused: {
    ko: '예매가 일시 중지되었어요. 다시 열리면 이 화면에서 바로 이어서 할 수 있어요.',
    en: 'Sales are paused. This page will update when they resume.',
  },
  ended: { ko: '이 회차의 예매는 끝났어요.', en: 'Sales for this performance have ended.' },
  cancelled: {
    ko: '이 회차는 취소되었어요. 이미 결제한 금액은 지갑으로 모두 돌려드려요.',
    en: 'This performance has been cancelled. Everything paid for it goes back to your wallet.',
  },
} as const satisfies Record<string, Words>;

const DEADLINE: Words = {
  ko: '환불할 수 있는 기간이 지났어요.',
  en: 'The refund deadline has passed.',
};

/** What an outcome of no list means: a newer service than this page. */
const UNHEARD_OF: Words = {
  ko: '예상하지 못한 응답을 받았어요. 새로고침한 뒤 다시 확인해 주세요.',
  en: 'We got an unexpected response. Please reload and try again.',
};

/** The sentence for this occurrence. */
export function wordsOf(problem: Pick<Problem, 'outcome'> & { readonly [member: string]: unknown }): Words {
  const { outcome } = problem;
  if (outcome === 'sales_closed') {
    return SALE_WORDS[problem['reason'] as keyof typeof SALE_WORDS] ?? OUTCOME_WORDS.sales_closed;
  }
  if (outcome === 'reservation_not_refundable' && problem['reason'] === 'deadline') return DEADLINE;
  if (outcome === 'seat_limit_exceeded') return limitWords(problem['limit'], problem['claimed']);
  if (outcome === 'hold_budget_exceeded') return budgetWords(problem['retryAt']);
  return OUTCOME_WORDS[outcome as Outcome] ?? UNHEARD_OF;
}

function budgetWords(retryAt: unknown): Words {
  if (typeof retryAt !== 'string') return OUTCOME_WORDS.hold_budget_exceeded;
  const at = moment(retryAt);
  return {
    ko: `결제하지 않고 놓아준 좌석이 많아 지금은 새 좌석을 잡을 수 없어요. ${at}부터 다시 잡을 수 있고, 잡아 둔 좌석을 결제하면 바로 풀려요.`,
    en: `You've let too many seats go without paying. You can hold seats again from ${at}, or as soon as you pay for seats you hold.`,
  };
}

function limitWords(limit: unknown, claimed: unknown): Words {
  if (typeof limit !== 'number' || typeof claimed !== 'number') return OUTCOME_WORDS.seat_limit_exceeded;
  return {
    ko: `한 계정에 ${limit}석까지 예매할 수 있어요. 지금 ${claimed}석을 가지고 있어요.`,
    en: `Each account may have up to ${limit} ${limit === 1 ? 'seat' : 'seats'}, and you have ${claimed}.`,
  };
}
