/** What a sale is now, in a word. */
import type { JSX } from 'preact';
import type { Text } from '../i18n/language.ts';
import { t } from '../i18n/language.ts';

export type SaleKind = 'not_yet' | 'open' | 'paused' | 'ended' | 'sold_out';

const LOOK: Readonly<Record<SaleKind, { readonly tone: string; readonly words: Text }>> = {
  not_yet: { tone: 'accent', words: { ko: '오픈 예정', en: 'Opens soon' } },
  open: { tone: 'ok', words: { ko: '예매 중', en: 'On sale' } },
  paused: { tone: 'warn', words: { ko: '일시 중지', en: 'Paused' } },
  ended: { tone: 'quiet', words: { ko: '예매 종료', en: 'Ended' } },
  sold_out: { tone: 'danger', words: { ko: '매진', en: 'Sold out' } },
};

export function SaleBadge({ sale }: { readonly sale: SaleKind }): JSX.Element {
  const { tone, words } = LOOK[sale];
  return (
    <span class="badge" data-tone={tone} data-sale={sale}>
      {t(words)}
    </span>
  );
}
