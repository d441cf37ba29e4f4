/** Says gently that somebody else was quicker, and offers the nearest like what was lost. */
import type { JSX } from 'preact';
import type { Section } from '../../format/seats.ts';
import { seatNames } from '../../format/seats.ts';
import { Icon } from '../../components/icon.tsx';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
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
  readonly sections: readonly Section[];
  /** Whether an offer is still on its way. */
  readonly isLooking: boolean;
  readonly onTake: () => void;
  readonly onClose: () => void;
}

export function LossNote({ loss, sections, isLooking, onTake, onClose }: LossNoteProps): JSX.Element {
  const { offer } = loss;
  return (
    <div class="note loss-note stack-tight" data-tone="warn">
      <p>{lostWords(loss, sections)}</p>
      {offer.length === 0 && !isLooking && <p class="soft">{t(TEXTS.none)}</p>}
      <div class="between">
        {offer.length > 0 && (
          <button type="button" class="button-quiet" onClick={onTake}>
            {offerWords(loss, sections)}
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

export function lostWords({ lost }: Loss, sections: readonly Section[]): string {
  const labels = lost.map(({ label }) => label);
  const names = seatNames(labels, sections);
  return t({
    ko: `아쉽지만 방금 다른 분이 ${names} 좌석을 먼저 잡았어요.`,
    en: `Someone else was quicker: ${names} ${lost.length === 1 ? 'has' : 'have'} been taken.`,
  });
}

function offerWords({ offer }: Loss, sections: readonly Section[]): string {
  const labels = offer.map(({ label }) => label);
  const names = seatNames(labels, sections);
  return t({ ko: `가장 가까운 ${names} 고르기`, en: `Take ${names} instead` });
}
