/** What a page says of a sign-in that did not succeed, in the languages of the pages. */
import type { FailureReason } from './failures.ts';

export type Language = 'ko' | 'en';

interface Words {
  readonly title: string;
  readonly text: string;
}

interface Failed {
  readonly status: number;
  readonly ko: Words;
  readonly en: Words;
}

const AGAIN = {
  ko: '로그인하지 못했어요',
  en: 'You are not signed in',
} as const;

/** Each failure's status and words. */
export const FAILED = {
  unavailable: {
    status: 503,
    ko: {
      title: '지금은 로그인할 수 없어요',
      text: '로그인 서비스가 응답하지 않아요. 잡아 둔 좌석은 남은 시간 동안 그대로예요. 잠시 뒤에 다시 시도해 주세요.',
    },
    en: {
      title: 'Signing in is not possible right now',
      text: 'The sign-in service does not answer. Seats that you hold stay yours for the time that is left. Try again in a moment.',
    },
  },
  busy: {
    status: 503,
    ko: {
      title: '지금은 로그인할 수 없어요',
      text: '이용자가 많아 로그인을 마치지 못했어요. 잠시 뒤에 다시 시도해 주세요.',
    },
    en: {
      title: 'Signing in is not possible right now',
      text: 'The service is too busy to finish your sign-in. Try again in a moment.',
    },
  },
  insecure: {
    status: 400,
    ko: {
      title: '안전하지 않은 연결이에요',
      text: '이 주소는 암호화되지 않아 로그인할 수 없어요. https://로 시작하는 주소로 접속해 주세요.',
    },
    en: {
      title: 'This connection is not secure',
      text: 'You can’t sign in at this address, because it is not encrypted. Use the address that begins with https://.',
    },
  },
  other_browser: {
    status: 400,
    ko: {
      title: AGAIN.ko,
      text: '이 브라우저에서 시작한 로그인이 아니에요. 쿠키가 차단되어 있어도 이렇게 돼요. 처음부터 다시 로그인해 주세요.',
    },
    en: {
      title: AGAIN.en,
      text: 'This sign-in was not begun in this browser. That also happens when cookies are blocked. Please sign in again.',
    },
  },
  too_old: {
    status: 400,
    ko: {
      title: AGAIN.ko,
      text: '로그인하는 데 시간이 너무 오래 걸렸어요. 다시 로그인해 주세요.',
    },
    en: { title: AGAIN.en, text: 'Signing in took too long. Please sign in again.' },
  },
  used: {
    status: 400,
    ko: {
      title: '이미 끝난 로그인이에요',
      text: '이 로그인은 한 번만 쓸 수 있어요. 계속하거나, 필요하면 다시 로그인해 주세요.',
    },
    en: {
      title: 'This sign-in was used already',
      text: 'A sign-in can be used once. Go on, or sign in again if you need to.',
    },
  },
  denied: {
    status: 403,
    ko: { title: '로그인을 취소했어요', text: '다시 로그인하거나, 로그인하지 않고 둘러볼 수 있어요.' },
    en: {
      title: 'You cancelled the sign-in',
      text: 'You can sign in again, or look around without signing in.',
    },
  },
  refused: {
    status: 502,
    ko: {
      title: AGAIN.ko,
      text: '로그인 서비스가 요청을 거절했어요. 계속되면 예매처에 알려 주세요.',
    },
    en: {
      title: AGAIN.en,
      text: 'The sign-in service refused the request. If this goes on, tell the ticket office.',
    },
  },
  nonce: {
    status: 400,
    ko: {
      title: AGAIN.ko,
      text: '로그인 서비스의 답이 이 로그인의 것이 아니에요. 다시 로그인해 주세요.',
    },
    en: {
      title: AGAIN.en,
      text: 'The answer of the sign-in service belongs to another sign-in. Please sign in again.',
    },
  },
  clock: {
    status: 502,
    ko: {
      title: AGAIN.ko,
      text: '로그인 서비스와 예매 서비스의 시계가 서로 달라요. 계속되면 예매처에 알려 주세요.',
    },
    en: {
      title: AGAIN.en,
      text: 'The clocks of the sign-in service and of this service differ. If this goes on, tell the ticket office.',
    },
  },
  code: {
    status: 400,
    ko: {
      title: AGAIN.ko,
      text: '로그인 서비스가 준 코드가 이미 쓰였거나 만료되었어요. 다시 로그인해 주세요.',
    },
    en: {
      title: AGAIN.en,
      text: 'The code from the sign-in service was used already or has expired. Please sign in again.',
    },
  },
  answer: {
    status: 502,
    ko: {
      title: AGAIN.ko,
      text: '로그인 서비스의 답을 이해하지 못했어요. 계속되면 예매처에 알려 주세요.',
    },
    en: {
      title: AGAIN.en,
      text: 'The answer of the sign-in service could not be understood. If this goes on, tell the ticket office.',
    },
  },
} satisfies Record<FailureReason, Failed>;

/** What the reader can do next. */
export const ACTIONS = {
  ko: { again: '다시 로그인', goOn: '로그인하지 않고 계속', back: '돌아가기' },
  en: { again: 'Sign in again', goOn: 'Continue without signing in', back: 'Go on' },
} satisfies Record<Language, unknown>;
