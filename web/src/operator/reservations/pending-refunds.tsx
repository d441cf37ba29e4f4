/** Refunds that were sent, over every page: those whose end is not known yet, and those whose answer was not dismissed. */
import type { JSX } from 'preact';
import { money } from '../../format/money.ts';
import { Note } from '../../components/problem-note.tsx';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import { problemWords } from '../parts/problem.tsx';
import { dismissRefund, refunds } from './refunding.ts';
import type { RefundProgress } from './refunds-in.ts';

const TEXTS = {
  asking: { ko: '환불 결과를 확인하는 중입니다.', en: 'Checking whether a refund went through.' },
  refused: { ko: '환불되지 않았습니다.', en: 'Not refunded.' },
  look: { ko: '예약 보기', en: 'View reservation' },
  hide: { ko: '닫기', en: 'Close' },
} as const satisfies Record<string, Text>;

export function PendingRefunds(): JSX.Element | null {
  // The first sending is shown where its button is.
  const shown = refunds.value.filter((each) => each.state !== 'sending');
  if (shown.length === 0) return null;
  return (
    <div class="stack">
      {shown.map((each) => (
        <Note key={each.key} tone={TONES[each.state]} icon={each.state === 'refunded' ? 'check' : 'warn'}>
          <p>{wordsOf(each)}</p>
          <div class="row">
            <a href={`/operator/reservations/${each.performanceId}/${each.reservationId}`} class="link">
              {t(TEXTS.look)}
            </a>
            {each.state !== 'unknown' && (
              <button type="button" class="button-quiet" onClick={() => dismissRefund(each)}>
                {t(TEXTS.hide)}
              </button>
            )}
          </div>
        </Note>
      ))}
    </div>
  );
}

const TONES = { sending: 'quiet', unknown: 'warn', refunded: 'ok', refused: 'danger' } as const;

function wordsOf({ state, refund, problem }: RefundProgress): string {
  if (state === 'refunded' && refund !== undefined) {
    return t({
      ko: `${money(refund.amount)} 환불을 마쳤습니다.`,
      en: `${money(refund.amount)} was refunded.`,
    });
  }
  const reason = problem === undefined ? '' : ` ${problemWords(problem)}`;
  return `${t(state === 'refused' ? TEXTS.refused : TEXTS.asking)}${reason}`;
}
