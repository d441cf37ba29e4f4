/** "Best two together in R": how many, and a button for each grade. */
import type { JSX } from 'preact';
import { money } from '../../format/money.ts';
import { seatsLeft } from '../../format/seats.ts';
import { Icon } from '../../components/icon.tsx';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import { GradeMark } from '../../seat-map/legend.tsx';

const TEXTS = {
  title: { ko: '나란히 앉는 가장 좋은 자리', en: 'Best seats together' },
  fewer: { ko: '한 자리 줄이기', en: 'One fewer seat' },
  more: { ko: '한 자리 늘리기', en: 'One more seat' },
} satisfies Record<string, Text>;

export interface GradeNow {
  readonly grade: string;
  readonly price: number;
  readonly free: number;
}

export interface BestTogetherProps {
  readonly grades: readonly GradeNow[];
  readonly quantity: number;
  readonly most: number;
  readonly isBusy: boolean;
  readonly onQuantity: (quantity: number) => void;
  readonly onPick: (grade: string) => void;
}

export function BestTogether(props: BestTogetherProps): JSX.Element {
  const { grades, quantity, most, isBusy, onQuantity, onPick } = props;
  return (
    <section class="stack-tight" aria-labelledby="best-title">
      <div class="best-head between">
        <h2 id="best-title">{t(TEXTS.title)}</h2>
        <div class="stepper">
          <button
            type="button"
            class="icon-button"
            disabled={quantity <= 1}
            onClick={() => onQuantity(quantity - 1)}
          >
            <Icon name="minus" />
            <span class="visually-hidden">{t(TEXTS.fewer)}</span>
          </button>
          <output class="number">{quantity}</output>
          <button
            type="button"
            class="icon-button"
            disabled={quantity >= most}
            onClick={() => onQuantity(quantity + 1)}
          >
            <Icon name="plus" />
            <span class="visually-hidden">{t(TEXTS.more)}</span>
          </button>
        </div>
      </div>
      <div class="best-grades">
        {grades.map(({ grade, price, free }, index) => (
          <button
            key={grade}
            type="button"
            class="grade-button"
            disabled={isBusy || free < quantity}
            data-grade={grade}
            onClick={() => onPick(grade)}
          >
            <span class="visually-hidden">
              {t({ ko: `가장 좋은 ${quantity}자리 나란히: `, en: `Best ${quantity} together: ` })}
            </span>
            <span class="grade-button-name">
              <GradeMark grade={index} />
              <strong>{grade}</strong>
            </span>
            <span class="number">{money(price * quantity)}</span>
            <span class="number soft">{seatsLeft(free)}</span>
          </button>
        ))}
      </div>
    </section>
  );
}
