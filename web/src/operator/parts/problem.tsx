/** Problem documents in an operator's words. */
import type { JSX } from 'preact';
import type { Problem } from '../../api/client.ts';
import { ProblemNote as Note } from '../../components/problem-note.tsx';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';

/** What an operator may meet; anything else is shown in the service's own words. */
const WORDS: Readonly<Record<string, Text>> = {
  offline: {
    ko: '서비스에 연결할 수 없습니다. 연결되면 이어서 진행합니다.',
    en: "The service can't be reached. This page continues once it can.",
  },
  unauthenticated: {
    ko: '로그인이 만료되었습니다. 다시 로그인하면 그대로 이어집니다.',
    en: 'Your session has expired. Sign in again: nothing here is lost.',
  },
  forbidden: {
    ko: '이 작업을 할 권한이 토큰에 없습니다.',
    en: 'Your token lacks the scope for this.',
  },
  invalid_request: { ko: '요청이 규칙에 맞지 않습니다.', en: 'Invalid request.' },
  rate_limited: {
    ko: '요청이 너무 많습니다. 잠시 뒤 다시 시도하세요.',
    en: 'Too many requests. Try again in a moment.',
  },
  not_found: {
    ko: '찾을 수 없습니다. 번호를 확인하세요.',
    en: 'Not found. Check what you typed.',
  },
  idempotency_key_reused: {
    ko: '이 요청의 키가 다른 요청에 이미 쓰였습니다. 예약을 다시 조회하세요.',
    en: 'This request’s key was already used by another request. Look up the reservation again.',
  },
  hold_expired: {
    ko: '결제되지 않은 채 선점이 만료되어 환불할 금액이 없습니다.',
    en: 'The hold expired unpaid, so there is nothing to refund.',
  },
  contended: {
    ko: '다른 요청이 먼저 처리되고 있습니다. 바뀐 것은 없으니 다시 시도하세요.',
    en: 'Another request got there first. Nothing was changed; try again.',
  },
  overloaded: {
    ko: '서비스가 매우 바쁩니다. 바뀐 것은 없으니 잠시 뒤 다시 시도하세요.',
    en: 'The service is very busy. Nothing was changed; try again in a few seconds.',
  },
  outcome_unknown: {
    ko: '처리되었는지 아직 알 수 없습니다. 같은 요청을 다시 보내면 한 번만 처리됩니다.',
    en: 'We don’t know yet whether this went through. Sending the same request again is safe: it takes effect only once.',
  },
  internal: {
    ko: '서비스에 오류가 생겼습니다. 아래 번호로 로그에서 찾을 수 있습니다.',
    en: 'The service failed. Find the error in its log by the number below.',
  },
};

const NOT_REFUNDABLE: Readonly<Record<string, Text>> = {
  held: { ko: '아직 결제되지 않은 예약입니다.', en: 'This reservation has not been paid yet.' },
  released: { ko: '결제 없이 취소된 예약입니다.', en: 'This reservation was released unpaid.' },
  expired: { ko: '결제 없이 만료된 예약입니다.', en: 'This reservation expired unpaid.' },
  refunded: { ko: '이미 환불된 예약입니다.', en: 'This reservation has already been refunded.' },
};

export function problemWords(problem: Problem): string {
  if (problem.outcome === 'reservation_not_refundable') {
    const words = NOT_REFUNDABLE[String(problem['state'])];
    if (words !== undefined) return t(words);
  }
  const words = WORDS[problem.outcome];
  return words === undefined ? (problem.detail ?? problem.title) : t(words);
}

/** The service's own words and its number help a reader of the log. */
export function ProblemNote({ problem }: { readonly problem: Problem }): JSX.Element {
  const instance = typeof problem['instance'] === 'string' ? problem['instance'] : undefined;
  const showsDetail =
    ['invalid_request', 'forbidden'].includes(problem.outcome) && problem.detail !== undefined;
  return (
    <Note problem={problem} words={problemWords(problem)}>
      {showsDetail && <p lang="en">{problem.detail}</p>}
      {problem.outcome === 'internal' && instance !== undefined && <p class="code">{instance}</p>}
    </Note>
  );
}
