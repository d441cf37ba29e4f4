/** The refusals of the catalogue of outcomes as a manager names them. */
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';

const REFUSAL_WORDS: Readonly<Record<string, Text>> = {
  unauthenticated: { ko: '로그인 없음', en: 'Not signed in' },
  forbidden: { ko: '권한 없음', en: 'Not allowed' },
  account_blocked: { ko: '차단된 계정', en: 'Account blocked' },
  invalid_request: { ko: '잘못된 요청', en: 'Bad request' },
  rate_limited: { ko: '요청 과다', en: 'Too many requests' },
  idempotency_key_missing: { ko: '키 없음', en: 'Key missing' },
  not_found: { ko: '없는 대상', en: 'Not found' },
  idempotency_key_reused: { ko: '키 재사용', en: 'Key reused' },
  sales_closed: { ko: '판매 중 아님', en: 'Not on sale' },
  seat_taken: { ko: '이미 나간 좌석', en: 'Seat taken' },
  seats_unavailable: { ko: '맞는 좌석 없음', en: 'No matching seats left' },
  seat_limit_exceeded: { ko: '좌석 한도', en: 'Seat limit' },
  hold_budget_exceeded: { ko: '미결제 선점 한도', en: 'Unpaid hold budget' },
  hold_expired: { ko: '선점 만료', en: 'Hold expired' },
  reservation_not_payable: { ko: '결제 불가', en: 'Not payable' },
  reservation_not_releasable: { ko: '취소 불가', en: 'Not releasable' },
  reservation_not_refundable: { ko: '환불 불가', en: 'Not refundable' },
  insufficient_balance: { ko: '잔액 부족', en: 'Insufficient balance' },
  balance_limit_exceeded: { ko: '지갑 한도', en: 'Wallet limit' },
  contended: { ko: '경합(다시 시도)', en: 'Contended (try again)' },
  overloaded: { ko: '과부하', en: 'Overloaded' },
  outcome_unknown: { ko: '결과 확인 중', en: 'Outcome unknown' },
  internal: { ko: '서비스 오류', en: 'Service error' },
};

export function nameOfRefusal(code: string): string {
  const words = REFUSAL_WORDS[code];
  return words === undefined ? code : t(words);
}
