/** The wallet: its balance, topping it up, and all that happened to it. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { requestTo } from '../api/request-to.ts';
import type { ListEntriesAnswer, TopUpAnswer } from '../api/types.ts';
import { moment } from '../format/dates.ts';
import { money, roundAmountNear } from '../format/money.ts';
import { currency } from '../api/currency.ts';
import { AmountField } from '../components/amount-field.tsx';
import { Figure } from '../components/figure.tsx';
import { MoreButton } from '../components/more-button.tsx';
import { Heading, Waiting } from '../components/page.tsx';
import { ProblemNote } from '../components/problem-note.tsx';
import { SignInFirst } from '../components/sign-in.tsx';
import { UnderWay } from '../components/under-way.tsx';
import { findPerformance, useCatalogue } from '../hooks/use-catalogue.ts';
import type { Pages } from '../hooks/use-pages.ts';
import { usePages } from '../hooks/use-pages.ts';
import { useResource } from '../hooks/use-resource.ts';
import type { Text } from '../i18n/language.ts';
import { local, t } from '../i18n/language.ts';
import { isOpen, pageOf } from '../outbox/request.ts';
import { outbox, purchases } from '../outbox/state.ts';
import { emailBeside, nameOf, session } from '../api/sign-in.ts';

const TEXTS = {
  title: { ko: '지갑', en: 'Wallet' },
  balance: { ko: '잔액', en: 'Balance' },
  topUp: { ko: '충전하기', en: 'Top up' },
  other: { ko: '다른 금액', en: 'Another amount' },
  history: { ko: '거래 내역', en: 'History' },
  byOffice: {
    ko: '지갑은 예매처의 결제 서비스에서 충전돼요.',
    en: 'Wallets are topped up by the ticket office’s payment service.',
  },
  none: { ko: '아직 거래 내역이 없어요.', en: 'No transactions yet.' },
  after: { ko: '잔액', en: 'balance' },
} satisfies Record<string, Text>;

const KINDS: Readonly<Record<'top_up' | 'payment' | 'refund' | 'reversal', Text>> = {
  reversal: { ko: '충전 취소', en: 'Top-up reversed' },
  top_up: { ko: '충전', en: 'Top-up' },
  payment: { ko: '결제', en: 'Payment' },
  refund: { ko: '환불', en: 'Refund' },
};

const PAGE = '/wallet';

export function WalletPage(): JSX.Element {
  return (
    <div class="page page-narrow">
      <Heading title={t(TEXTS.title)} />
      {session.value === undefined ? (
        <SignInFirst />
      ) : (
        <Wallet key={session.value.accountId} accountId={session.value.accountId} />
      )}
    </div>
  );
}

function Wallet({ accountId }: { readonly accountId: string }): JSX.Element {
  const wallet = useResource('GET /v1/wallet');
  const entries = usePages('GET /v1/wallet/entries');
  const topUps = purchases.value.filter(
    ({ pending }) => pageOf(pending) === PAGE && pending.accountId === accountId,
  );
  const answered = topUps.findLast(({ pending }) => pending.answer !== undefined)?.pending;
  const isToppedUp = answered?.answer?.ok === true;
  useEffect(() => {
    if (!isToppedUp) return;
    wallet.reload();
    entries.reload();
  }, [isToppedUp, answered?.key]);
  // A buyer who leaves has seen the answers.
  useEffect(() => dismissAnswers, []);
  return (
    <>
      <Figure
        name={t(TEXTS.balance)}
        value={wallet.data === undefined ? '\u2007' : money(wallet.data.balance)}
        note={<Owner accountId={accountId} />}
        isLarge
      />
      <section class="card stack">
        <h2>{t(TEXTS.topUp)}</h2>
        {session.value?.cannotTopUp === true ? (
          <p>{t(TEXTS.byOffice)}</p>
        ) : (
          <TopUpForm isBusy={topUps.some(({ pending }) => isOpen(pending))} />
        )}
        {topUps
          .filter(({ pending }) => pending.answer === undefined)
          .map((purchase) => (
            <UnderWay key={purchase.pending.key} purchase={purchase} />
          ))}
        {answered?.answer?.ok === true && (
          <p class="field-right" role="status">
            {toppedUpWords((answered.answer.data as TopUpAnswer).amount)}
          </p>
        )}
        {answered?.answer?.ok === false && <ProblemNote problem={answered.answer.problem} />}
      </section>
      <History {...entries} />
    </>
  );
}

/** Whose wallet it is: the name and the e-mail address that the issuer gave, or the account. */
function Owner({ accountId }: { readonly accountId: string }): JSX.Element {
  const account = session.value;
  if (account === undefined) return <>{accountId}</>;
  const email = emailBeside(account);
  return (
    <>
      <bdi>{nameOf(account)}</bdi>
      {email !== undefined && (
        <>
          {' · '}
          <bdi>{email}</bdi>
        </>
      )}
    </>
  );
}

/** Of this page's top-ups; a checkout shows the answers to its own. */
function dismissAnswers(): void {
  for (const { pending } of purchases.peek()) if (pageOf(pending) === PAGE) outbox.dismiss(pending.key);
}

/** What one top-up may add at most (`src/domain/money.ts`). */
const AMOUNT_MAX = 10_000_000_000;

/** Round amounts of the size of the dearest seat; none while nothing has a price. */
function useRoundAmounts(): readonly number[] {
  const performances = useCatalogue().concerts?.flatMap((concert) => concert.performances) ?? [];
  const dearest = Math.max(0, ...performances.flatMap(({ grades }) => grades.map(({ price }) => price)));
  const round = roundAmountNear(dearest);
  return dearest === 0 ? [] : [round / 2, round, 3 * round, 5 * round];
}

function TopUpForm({ isBusy }: { readonly isBusy: boolean }): JSX.Element {
  const amounts = useRoundAmounts();
  const [chosen, setChosen] = useState<number>();
  const amount = chosen ?? amounts[1] ?? Number.NaN;
  const submit = (event: Event): void => {
    event.preventDefault();
    if (isBusy) return;
    dismissAnswers();
    void outbox.begin({ kind: 'topUp', ...requestTo('POST /v1/wallet/top-ups', { body: { amount } }) });
    // The next top-up begins with its amount: the second tap of two may come when the first has been answered.
    setChosen(Number.NaN);
  };
  return (
    <form class="stack" onSubmit={submit}>
      <div class="amounts" role="group" aria-label={t(TEXTS.topUp)}>
        {amounts.map((one) => (
          <button
            key={one}
            type="button"
            class="chip number"
            aria-pressed={one === amount}
            onClick={() => setChosen(one)}
          >
            {money(one)}
          </button>
        ))}
      </div>
      {currency.value !== undefined && (
        <AmountField
          label={t(TEXTS.other)}
          amount={amount}
          currency={currency.value}
          min={1}
          max={AMOUNT_MAX}
          onAmount={setChosen}
        />
      )}
      <button class="button button-wide" disabled={isBusy || Number.isNaN(amount)}>
        {Number.isNaN(amount)
          ? t(TEXTS.topUp)
          : t({ ko: `${money(amount)} 충전하기`, en: `Top up ${money(amount)}` })}
      </button>
    </form>
  );
}

type Entry = ListEntriesAnswer['entries'][number];

function History({ pages, problem, more }: Pages<ListEntriesAnswer>): JSX.Element {
  const { concerts } = useCatalogue();
  const all = pages?.flatMap((page) => page.entries) ?? [];
  return (
    <section class="stack">
      <h2 class="section-title">{t(TEXTS.history)}</h2>
      {pages === undefined && (problem === undefined ? <Waiting /> : <ProblemNote problem={problem} />)}
      {pages !== undefined && all.length === 0 && <p class="soft">{t(TEXTS.none)}</p>}
      <ol class="lines">
        {all.map((entry) => (
          <li key={entry.seq}>
            <EntryRow
              entry={entry}
              title={local(findPerformance(concerts, entry.performanceId ?? '')?.concert.title)}
            />
          </li>
        ))}
      </ol>
      {more !== undefined && <MoreButton onMore={more} />}
    </section>
  );
}

function EntryRow({ entry, title }: { readonly entry: Entry; readonly title: string }): JSX.Element {
  const { kind, amount, balanceAfter, createdAt, performanceId, reservationId } = entry;
  const words = (
    <>
      <strong>{t(KINDS[kind])}</strong>
      {title !== '' && <span>{title}</span>}
      <span class="soft number">{moment(createdAt)}</span>
    </>
  );
  return (
    <div class="entry between" data-kind={kind}>
      {reservationId === null ? (
        <span class="entry-words">{words}</span>
      ) : (
        <a href={`/performances/${performanceId}/reservations/${reservationId}`} class="entry-words">
          {words}
        </a>
      )}
      <span class="entry-amounts number">
        <strong>{amount > 0 ? `+${money(amount)}` : money(amount)}</strong>
        <span class="soft">
          {t(TEXTS.after)} {money(balanceAfter)}
        </span>
      </span>
    </div>
  );
}

function toppedUpWords(amount: number): string {
  return t({ ko: `${money(amount)} 충전되었어요`, en: `${money(amount)} added to your wallet` });
}
