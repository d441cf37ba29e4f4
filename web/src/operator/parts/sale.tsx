/** The state of a sale in words, and the buttons that change it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Problem } from '../../api/client.ts';
import { call } from '../../api/client.ts';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import type { Performance, SaleNow, SaleState } from '../answers.ts';
import { Confirm } from '../../components/dialog.tsx';
import { dateAndTime } from '../../format/dates.ts';
import { ProblemNote } from './problem.tsx';

/** The part of a performance that says what its sale is. */
export type Sale = Pick<Performance, 'id' | 'sale' | 'saleOpensAt' | 'saleClosesAt'>;

/** When it opens or closes, if that lies ahead. */
export function SaleWindow({ sale }: { readonly sale: Sale }): JSX.Element | null {
  if (sale.sale === 'not_yet') {
    return (
      <>
        {t({
          ko: `판매 시작 ${dateAndTime(sale.saleOpensAt)}`,
          en: `Opens ${dateAndTime(sale.saleOpensAt)}`,
        })}
      </>
    );
  }
  if (sale.saleClosesAt === null || sale.sale === 'ended' || sale.sale === 'cancelled') return null;
  return (
    <>
      {t({
        ko: `판매 마감 ${dateAndTime(sale.saleClosesAt)}`,
        en: `Closes ${dateAndTime(sale.saleClosesAt)}`,
      })}
    </>
  );
}

interface Step {
  readonly to: SaleState;
  readonly words: Text;
  /** Asked before it is done; without it, it is done at once, because the next button takes it back. */
  readonly question?: Text;
}

const PAUSE: Step = { to: 'paused', words: { ko: '일시 중지', en: 'Pause' } };
const CLOSE: Step = {
  to: 'closed',
  words: { ko: '판매 종료', en: 'Close' },
  question: {
    ko: '지금부터 아무도 새로 좌석을 선점할 수 없습니다. 이미 선점된 좌석은 결제할 수 있습니다.',
    en: 'No more seats can be held from now on. Seats already held can still be paid for.',
  },
};
const OPEN: Step = { to: 'open', words: { ko: '판매 재개', en: 'Resume' } };

const STEPS: Readonly<Record<SaleNow, readonly Step[]>> = {
  not_yet: [
    {
      to: 'open',
      words: { ko: '지금 시작', en: 'Open now' },
      question: {
        ko: '예정된 시각을 기다리지 않고 바로 판매를 시작합니다.',
        en: 'Sales open now, before the announced time.',
      },
    },
    PAUSE,
    CLOSE,
  ],
  open: [PAUSE, CLOSE],
  paused: [OPEN, CLOSE],
  cancelled: [],
  ended: [
    {
      to: 'open',
      words: { ko: '다시 판매', en: 'Reopen' },
      question: {
        ko: '종료된 판매를 다시 시작합니다. 지난 마감 시각은 삭제됩니다.',
        en: 'Sales reopen. A closing time that has passed is removed.',
      },
    },
  ],
};

export interface SaleButtonsProps {
  readonly sale: Sale;
  /** Of the performance, for the question. */
  readonly name: string;
  /** The service has answered what the sale is now. */
  readonly onChanged: (performance: Performance) => void;
}

export function SaleButtons({ sale, name, onChanged }: SaleButtonsProps): JSX.Element {
  const [asked, setAsked] = useState<Step>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const take = async (step: Step): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    const answer = await call('POST /v1/admin/performances/{performanceId}/sale', {
      params: { performanceId: sale.id },
      body: { state: step.to },
    });
    setBusy(false);
    setAsked(undefined);
    if (answer.ok) onChanged(answer.data);
    else setProblem(answer.problem);
  };
  return (
    <>
      <div class="sale-buttons row">
        {STEPS[sale.sale].map((step) => (
          <button
            key={step.to}
            type="button"
            class="button-quiet"
            disabled={busy}
            onClick={() => (step.question === undefined ? void take(step) : setAsked(step))}
          >
            {t(step.words)}
            <span class="visually-hidden">: {name}</span>
          </button>
        ))}
      </div>
      {problem !== undefined && <ProblemNote problem={problem} />}
      {asked !== undefined && (
        <Confirm
          title={`${t(asked.words)}: ${name}`}
          deed={t(asked.words)}
          isDanger={asked.to === 'closed'}
          isBusy={busy}
          onConfirm={() => void take(asked)}
          onCancel={() => setAsked(undefined)}
        >
          <p>{t(asked.question ?? asked.words)}</p>
        </Confirm>
      )}
    </>
  );
}
