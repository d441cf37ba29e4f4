/** Paying a hold from the wallet; what the wallet lacks is topped up in the same tap. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { requestTo } from '../../api/request-to.ts';
import { session } from '../../api/sign-in.ts';
import type { ReadWalletAnswer, Reservation } from '../../api/types.ts';
import { money, roundAmountNear } from '../../format/money.ts';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import { databaseNowMs } from '../../api/database-clock.ts';
import type { NewRequest } from '../../outbox/request.ts';
import { outbox } from '../../outbox/state.ts';

const TEXTS = {
  title: { ko: '지갑으로 결제', en: 'Pay from your wallet' },
  price: { ko: '결제할 금액', en: 'To pay' },
  balance: { ko: '지갑 잔액', en: 'In your wallet' },
  missing: { ko: '모자란 금액', en: 'Still needed' },
  after: { ko: '결제 후 잔액', en: 'Balance after payment' },
  topUp: { ko: '얼마나 충전할까요?', en: 'How much do you want to add?' },
  byOffice: {
    ko: '지갑에 돈이 모자라요. 예매처의 결제 서비스에서 충전되면 여기서 결제할 수 있어요. 좌석은 남은 시간 동안 잡혀 있어요.',
    en: 'Your wallet is short. Once the ticket office’s payment service has topped it up, you can pay here. Your seats are held for the time that is left.',
  },
  exactly: { ko: '딱 모자란 만큼', en: 'exact amount' },
} satisfies Record<string, Text>;

export interface PayPanelProps {
  readonly reservation: Reservation;
  readonly wallet: ReadWalletAnswer;
  readonly isBusy: boolean;
}

export function PayPanel({ reservation, wallet, isBusy }: PayPanelProps): JSX.Element {
  const { amount } = reservation;
  const { balance } = wallet;
  const missing = Math.max(0, amount - balance);
  const [rounded, setRounded] = useState(0);
  const topUp = missing === 0 ? 0 : Math.max(missing, rounded);
  const isShort = missing > 0 && session.value?.cannotTopUp === true;
  return (
    <>
      <section class="card stack pay" aria-labelledby="pay-title">
        <h2 id="pay-title">{t(TEXTS.title)}</h2>
        <dl class="stack-tight">
          <Sum name={t(TEXTS.price)} amount={amount} />
          <Sum name={t(TEXTS.balance)} amount={balance} />
          {missing > 0 && <Sum name={t(TEXTS.missing)} amount={missing} isStrong />}
          {missing === 0 && <Sum name={t(TEXTS.after)} amount={balance - amount} />}
        </dl>
        {isShort && <p>{t(TEXTS.byOffice)}</p>}
        {missing > 0 && !isShort && <TopUpChoice missing={missing} topUp={topUp} onChoose={setRounded} />}
      </section>
      {!isShort && (
        <div class="action-bar">
          <button
            type="button"
            class="button button-wide"
            disabled={isBusy}
            onClick={() => payFor(reservation, wallet, topUp)}
          >
            {payWords(amount, topUp)}
          </button>
        </div>
      )}
    </>
  );
}

function Sum(props: {
  readonly name: string;
  readonly amount: number;
  readonly isStrong?: boolean;
}): JSX.Element {
  return (
    <div class="sum between" data-strong={props.isStrong === true}>
      <dt>{props.name}</dt>
      <dd class="number">{money(props.amount)}</dd>
    </div>
  );
}

interface TopUpChoiceProps {
  readonly missing: number;
  readonly topUp: number;
  readonly onChoose: (amount: number) => void;
}

/** Exactly what is missing, or a round amount above it. */
function TopUpChoice({ missing, topUp, onChoose }: TopUpChoiceProps): JSX.Element {
  const size = roundAmountNear(missing);
  const round = [size / 2, size, 5 * size].map((step) => Math.ceil(missing / step) * step);
  const amounts = [...new Set([missing, ...round])].slice(0, 3);
  return (
    <fieldset class="choice">
      <legend>{t(TEXTS.topUp)}</legend>
      {amounts.map((amount) => (
        <button
          key={amount}
          type="button"
          class="chip number"
          aria-pressed={amount === topUp}
          onClick={() => onChoose(amount)}
        >
          {money(amount)}
          {amount === missing && <small>{t(TEXTS.exactly)}</small>}
        </button>
      ))}
    </fieldset>
  );
}

function payWords(amount: number, topUp: number): string {
  return topUp === 0
    ? t({ ko: `${money(amount)} 결제하기`, en: `Pay ${money(amount)}` })
    : t({ ko: `${money(topUp)} 충전하고 결제하기`, en: `Top up ${money(topUp)} and pay` });
}

/**
 * A reservation is paid once; for it a wallet is topped up once, unless money has moved since it was seen, and not after
 * its hold has run out: then the money could buy nothing.
 */
function payFor(reservation: Reservation, { version }: ReadWalletAnswer, topUp: number): void {
  const { performanceId, id, expiresAt } = reservation;
  const pay: NewRequest = {
    kind: 'pay',
    ...requestTo('POST /v1/performances/{performanceId}/reservations/{reservationId}/payment', {
      params: { performanceId, reservationId: id },
    }),
    key: `pay:${id}`,
  };
  const topUpAndPay = (): NewRequest => ({
    kind: 'topUp',
    ...requestTo('POST /v1/wallet/top-ups', { body: { amount: topUp } }),
    key: `top-up-for:${id}:${version}`,
    wantedUntilMs: Date.now() + Date.parse(expiresAt) - databaseNowMs(),
    next: pay,
  });
  void outbox.begin(topUp === 0 ? pay : topUpAndPay());
}
