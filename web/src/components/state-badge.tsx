import type { JSX } from 'preact';
import type { Reservation } from '../api/types.ts';
import type { Text } from '../i18n/language.ts';
import { t } from '../i18n/language.ts';

const LOOK: Readonly<Record<Reservation['state'], { readonly tone: string; readonly words: Text }>> = {
  held: { tone: 'warn', words: { ko: '결제 대기', en: 'Awaiting payment' } },
  confirmed: { tone: 'ok', words: { ko: '예매 완료', en: 'Confirmed' } },
  released: { tone: 'quiet', words: { ko: '선점 취소', en: 'Released' } },
  expired: { tone: 'quiet', words: { ko: '시간 만료', en: 'Expired' } },
  refunded: { tone: 'accent', words: { ko: '환불 완료', en: 'Refunded' } },
};

export function StateBadge({ state }: { readonly state: Reservation['state'] }): JSX.Element {
  const { tone, words } = LOOK[state];
  return (
    <span class="badge" data-tone={tone} data-state={state}>
      {t(words)}
    </span>
  );
}
