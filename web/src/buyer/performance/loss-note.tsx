/** Says gently that somebody else was quicker, and offers the nearest like what was lost. */
import type { JSX } from 'preact';
import { seatNames } from '../../format/format.ts';
import { Icon } from '../../components/icon.tsx';
import type { Text } from '../../i18n/language.ts';
import { language, t } from '../../i18n/language.ts';
import type { Loss } from './choice.ts';

const TEXTS = {
  none: {
    ko: '같은 등급에는 남은 자리가 없어요. 다른 등급을 골라 보세요.',
    en: 'Nothing left in this category. Try another one.',
  },
  close: { ko: '닫기', en: 'Close' },
} satisfies Record<string, Text>;

export interface LossNoteProps {
  readonly loss: Loss;
  readonly onTake: () => void;
  readonly onClose: () => void;
}

export function LossNote({ loss, onTake, onClose }: LossNoteProps): JSX.Element {
  const { offer } = loss;
  return (
    <div class="note loss-note stack-tight" data-tone="warn">
      <p>{lostWords(loss)}</p>
      {offer.length === 0 && <p class="soft">{t(TEXTS.none)}</p>}
      <div class="between">
        {offer.length > 0 && (
          <button type="button" class="button-quiet" onClick={onTake}>
            {offerWords(loss)}
          </button>
        )}
        <button type="button" class="icon-button" onClick={onClose}>
          <Icon name="close" />
          <span class="visually-hidden">{t(TEXTS.close)}</span>
        </button>
      </div>
    </div>
  );
}

export function lostWords({ lost }: Loss): string {
  const names = seatNames(lost.map(({ label }) => label));
  return language.value === 'ko'
    ? `아쉽지만 방금 다른 분이 ${names} 좌석을 먼저 잡았어요.`
    : `Someone else was quicker: ${names} ${lost.length === 1 ? 'has' : 'have'} been taken.`;
}

function offerWords({ offer }: Loss): string {
  const names = seatNames(offer.map(({ label }) => label));
  return language.value === 'ko' ? `가장 가까운 ${names} 고르기` : `Take ${names} instead`;
}
