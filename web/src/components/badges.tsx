/** States in a word. */
import type { JSX } from 'preact';
import type { Concert, Reservation } from '../api/types.ts';
import type { Text } from '../i18n/language.ts';
import { t } from '../i18n/language.ts';
import type { LiveSeats } from '../live/live-seats.ts';

export type SaleKind = 'not_yet' | 'open' | 'paused' | 'ended' | 'cancelled' | 'sold_out';

/** A sale that is open but has nothing left, not even held, is sold out. */
export function saleKindOf({ sale, soldOut }: Concert['performances'][number]): SaleKind {
  return sale === 'open' && soldOut ? 'sold_out' : sale;
}

type Looks<State extends string> = Readonly<Record<State, { readonly tone: string; readonly words: Text }>>;

const SALES: Looks<SaleKind> = {
  not_yet: { tone: 'accent', words: { ko: '오픈 예정', en: 'Opens soon' } },
  open: { tone: 'ok', words: { ko: '판매 중', en: 'On sale' } },
  paused: { tone: 'warn', words: { ko: '일시 중지', en: 'Paused' } },
  ended: { tone: 'quiet', words: { ko: '판매 종료', en: 'Ended' } },
  cancelled: { tone: 'danger', words: { ko: '공연 취소', en: 'Cancelled' } },
  sold_out: { tone: 'danger', words: { ko: '매진', en: 'Sold out' } },
};

export function SaleBadge({ sale }: { readonly sale: SaleKind }): JSX.Element {
  const { tone, words } = SALES[sale];
  return (
    <span class="badge" data-tone={tone} data-sale={sale}>
      {t(words)}
    </span>
  );
}

const HIDDEN = { ko: '숨김', en: 'Hidden' };

/** Of a concert that buyers do not see. */
export function HiddenBadge(): JSX.Element {
  return (
    <span class="badge" data-tone="warn">
      {t(HIDDEN)}
    </span>
  );
}

const RESERVATIONS: Looks<Reservation['state']> = {
  held: { tone: 'warn', words: { ko: '결제 대기', en: 'Awaiting payment' } },
  paying: { tone: 'warn', words: { ko: '결제 처리 중', en: 'Payment in progress' } },
  confirmed: { tone: 'ok', words: { ko: '예매 완료', en: 'Confirmed' } },
  refunding: { tone: 'warn', words: { ko: '환불 처리 중', en: 'Refund in progress' } },
  released: { tone: 'quiet', words: { ko: '선점 취소', en: 'Released' } },
  expired: { tone: 'quiet', words: { ko: '시간 만료', en: 'Expired' } },
  refunded: { tone: 'accent', words: { ko: '환불 완료', en: 'Refunded' } },
};

export function ReservationBadge({ state }: { readonly state: Reservation['state'] }): JSX.Element {
  const { tone, words } = RESERVATIONS[state];
  return (
    <span class="badge" data-tone={tone}>
      {t(words)}
    </span>
  );
}

const CONNECTIONS: Looks<'connecting' | 'live' | 'offline'> = {
  connecting: { tone: 'warn', words: { ko: '연결 중', en: 'Connecting' } },
  live: { tone: 'ok', words: { ko: '실시간', en: 'Live' } },
  offline: { tone: 'warn', words: { ko: '연결 끊김', en: 'No connection' } },
};

/** Whether the seats on the page are those of this moment. */
export function LiveBadge({ live }: { readonly live: LiveSeats }): JSX.Element {
  const { tone, words } = CONNECTIONS[live.connection.value];
  return (
    <span class="badge" data-tone={tone} role="status">
      <span aria-hidden="true">{tone === 'ok' ? '●' : '○'}</span>
      {t(words)}
    </span>
  );
}
