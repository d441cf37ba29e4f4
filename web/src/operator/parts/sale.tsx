/** The state of a sale in words, and the buttons that change it. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../../api/client.ts';
import { call } from '../../api/client.ts';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import type { Performance, SaleNow, SaleState } from '../answers.ts';
import { databaseNowMs } from '../../api/database-clock.ts';
import { Confirm } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { dateAndTime } from '../../format/dates.ts';
import { ProblemNote } from './problem.tsx';

/** The part of a performance that says what its sale is. */
export type Sale = Pick<Performance, 'id' | 'sale' | 'saleOpensAt' | 'saleClosesAt' | 'timeZone'>;

/** When it opens or closes, if that lies ahead. */
export function SaleWindow({ sale }: { readonly sale: Sale }): JSX.Element | null {
  if (sale.sale === 'not_yet') {
    return (
      <>
        {t({
          ko: `판매 시작 ${dateAndTime(sale.saleOpensAt, sale.timeZone)}`,
          en: `Opens ${dateAndTime(sale.saleOpensAt, sale.timeZone)}`,
        })}
      </>
    );
  }
  if (sale.saleClosesAt === null || sale.sale === 'ended' || sale.sale === 'cancelled') return null;
  return (
    <>
      {t({
        ko: `판매 마감 ${dateAndTime(sale.saleClosesAt, sale.timeZone)}`,
        en: `Closes ${dateAndTime(sale.saleClosesAt, sale.timeZone)}`,
      })}
    </>
  );
}

const TEXTS = {
  paused: {
    ko: '판매를 일시 중지했습니다. 다시 시작하기 전에는 아무도 좌석을 선점할 수 없습니다.',
    en: 'Sales are paused. Nobody can hold seats until you resume.',
  },
  undo: { ko: '되돌리기', en: 'Undo' },
  dismiss: { ko: '닫기', en: 'Dismiss' },
} as const satisfies Record<string, Text>;

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

const OPEN_EARLY: Step = {
  to: 'open',
  words: { ko: '지금 시작', en: 'Open now' },
  question: {
    ko: '예정된 시각을 기다리지 않고 바로 판매를 시작합니다.',
    en: 'Sales open now, before the announced time.',
  },
};
/** Nothing takes this one back: resuming opens the sale at once. */
const PAUSE_AHEAD: Step = {
  ...PAUSE,
  question: {
    ko: '예정된 시각이 되어도 판매가 시작되지 않습니다. 직접 다시 시작해야 합니다.',
    en: 'Sales will not open at the announced time. You will have to open them yourself.',
  },
};

const STEPS: Readonly<Record<SaleNow, readonly Step[]>> = {
  not_yet: [OPEN_EARLY, PAUSE_AHEAD, CLOSE],
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

function stepsOf({ sale, saleOpensAt }: Sale): readonly Step[] {
  // A sale that was paused before its time would be opened before its time.
  if (sale === 'paused' && Date.parse(saleOpensAt) > databaseNowMs()) return [OPEN_EARLY, CLOSE];
  return STEPS[sale];
}

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
  /** What was clicked a moment ago, which one more click takes back. */
  const [hasPaused, setPaused] = useState(false);
  useEffect(() => {
    // Once it is something else, there is nothing to undo.
    if (sale.sale === 'paused') return () => setPaused(false);
    return undefined;
  }, [sale.sale]);
  const take = async (step: Step): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    const answer = await call('POST /v1/admin/performances/{performanceId}/sale', {
      params: { performanceId: sale.id },
      body: { state: step.to },
    });
    setBusy(false);
    setAsked(undefined);
    if (answer.ok) {
      setPaused(sale.sale === 'open' && step.to === 'paused');
      onChanged(answer.data);
    } else setProblem(answer.problem);
  };
  return (
    <>
      <div class="sale-buttons row">
        {stepsOf(sale).map((step) => (
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
      {hasPaused && (
        <div class="note" data-tone="warn" role="status">
          <Icon name="pause" />
          <p class="fill">
            {t(TEXTS.paused)}
            <span class="visually-hidden">: {name}</span>
          </p>
          <button type="button" class="button-quiet" disabled={busy} onClick={() => void take(OPEN)}>
            {t(TEXTS.undo)}
          </button>
          <button type="button" class="icon-button" onClick={() => setPaused(false)}>
            <Icon name="close" />
            <span class="visually-hidden">{t(TEXTS.dismiss)}</span>
          </button>
        </div>
      )}
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
