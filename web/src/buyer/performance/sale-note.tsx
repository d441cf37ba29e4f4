/** What the sale is, when it is not simply open. */
import type { JSX } from 'preact';
import { Countdown } from '../../components/countdown.tsx';
import { dateAndTime } from '../../format/dates.ts';
import { wordsOf } from '../../format/outcome-words.ts';
import { Figure } from '../../components/figure.tsx';
import { StateNote } from '../../components/page.tsx';
import type { SaleKind } from '../../components/badges.tsx';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';

const TEXTS = {
  opensIn: { ko: '예매가 열릴 때까지', en: 'Sales open in' },
  paused: { ko: '예매가 일시 중지되었어요', en: 'Sales are paused' },
  ended: { ko: '예매가 끝났어요', en: 'Sales have ended' },
  cancelled: { ko: '공연이 취소되었어요', en: 'This performance is cancelled' },
  soldOut: { ko: '매진되었어요', en: 'Sold out' },
  soldOutWords: {
    ko: '환불된 자리가 나오면 이 화면에 바로 나타나요.',
    en: 'Refunded seats will appear here right away.',
  },
  allHeld: { ko: '지금은 모든 자리를 누군가 잡고 있어요', en: 'Every seat is being held right now' },
  allHeldWords: {
    ko: '결제하지 않은 자리는 곧 다시 풀려요. 풀리면 이 화면에 바로 나타나요.',
    en: 'Unpaid seats are released within minutes and will appear here right away.',
  },
  others: { ko: '다른 회차 보기', en: 'See other performances' },
} satisfies Record<string, Text>;

const LOOKS = {
  paused: {
    tone: 'warn',
    icon: 'pause',
    title: TEXTS.paused,
    words: wordsOf({ outcome: 'sales_closed', reason: 'paused' }),
  },
  ended: {
    tone: 'quiet',
    icon: 'clock',
    title: TEXTS.ended,
    words: wordsOf({ outcome: 'sales_closed', reason: 'ended' }),
  },
  cancelled: {
    tone: 'danger',
    icon: 'warn',
    title: TEXTS.cancelled,
    words: wordsOf({ outcome: 'sales_closed', reason: 'cancelled' }),
  },
  sold_out: { tone: 'danger', icon: 'ticket', title: TEXTS.soldOut, words: TEXTS.soldOutWords },
  all_held: { tone: 'warn', icon: 'clock', title: TEXTS.allHeld, words: TEXTS.allHeldWords },
} as const;

export interface SaleNoteProps {
  readonly sale: SaleKind | 'all_held';
  readonly opensAt: string;
  readonly timeZone: string;
  readonly concertHref: string;
}

export function SaleNote({ sale, opensAt, timeZone, concertHref }: SaleNoteProps): JSX.Element | null {
  if (sale === 'open') return null;
  if (sale === 'not_yet') return <Opening opensAt={opensAt} timeZone={timeZone} />;
  const { tone, icon, title, words } = LOOKS[sale];
  return (
    <StateNote tone={tone} icon={icon} title={t(title)}>
      <p>{t(words)}</p>
      {(sale === 'ended' || sale === 'cancelled' || sale === 'sold_out') && (
        <a href={concertHref} class="button-quiet">
          {t(TEXTS.others)}
        </a>
      )}
    </StateNote>
  );
}

function Opening({ opensAt, timeZone }: Pick<SaleNoteProps, 'opensAt' | 'timeZone'>): JSX.Element {
  return (
    <section class="opening" data-sale="not_yet">
      <Figure
        name={t(TEXTS.opensIn)}
        value={<Countdown until={opensAt} />}
        note={
          <>
            {dateAndTime(opensAt, timeZone)}
            <br />
            {t(wordsOf({ outcome: 'sales_closed', reason: 'not_yet' }))}
          </>
        }
        isLarge
      />
    </section>
  );
}
