/** Looks a reservation up, by its number or by its account, and refunds it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { shortDate } from '../../format/dates.ts';
import { Heading } from '../../components/page.tsx';
import type { Text } from '../../i18n/language.ts';
import { local, t } from '../../i18n/language.ts';
import { useLocation } from 'preact-iso';
import { ACCOUNT_ID_PATTERN } from '../../api/sign-in.ts';
import { useResource } from '../../hooks/use-resource.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { AccountReservations } from './account-reservations.tsx';
import { ReservationCard } from './reservation-card.tsx';

const TEXTS = {
  title: { ko: '예약 조회', en: 'Reservations' },
  byAccount: { ko: '구매자로 찾기', en: 'Find by account' },
  account: { ko: '구매자 ID', en: 'Account ID' },
  byNumber: { ko: '예약 번호로 찾기', en: 'Find by number' },
  performance: { ko: '회차', en: 'Performance' },
  number: { ko: '예약 번호', en: 'Reservation number' },
  find: { ko: '찾기', en: 'Find' },
  loading: { ko: '찾는 중…', en: 'Looking…' },
} as const satisfies Record<string, Text>;

const UUID = '\\s*[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\s*';

export interface LookupPageProps {
  readonly performanceId?: string;
  readonly reservationId?: string;
  readonly accountId?: string;
}

export function LookupPage({ performanceId, reservationId, accountId }: LookupPageProps): JSX.Element {
  return (
    <div class="stack-wide">
      <Heading title={t(TEXTS.title)} />
      <div class="grid">
        <AccountForm accountId={accountId ?? ''} />
        <NumberForm performanceId={performanceId ?? ''} reservationId={reservationId ?? ''} />
      </div>
      {accountId !== undefined && <AccountReservations accountId={accountId} />}
      {performanceId !== undefined && reservationId !== undefined && (
        <Found performanceId={performanceId} reservationId={reservationId} />
      )}
    </div>
  );
}

function AccountForm({ accountId }: { readonly accountId: string }): JSX.Element {
  const { route } = useLocation();
  const [account, setAccount] = useState(accountId);
  const find = (event: Event): void => {
    event.preventDefault();
    route(`/operator/accounts/${encodeURIComponent(account.trim())}`);
  };
  return (
    <form class="card stack" onSubmit={find}>
      <h2>{t(TEXTS.byAccount)}</h2>
      <label class="field">
        {t(TEXTS.account)}
        <input
          value={account}
          required
          pattern={ACCOUNT_ID_PATTERN}
          autocapitalize="none"
          spellcheck={false}
          onInput={(event) => setAccount(event.currentTarget.value)}
        />
      </label>
      <div class="row">
        <button class="button">{t(TEXTS.find)}</button>
      </div>
    </form>
  );
}

interface NumberFormProps {
  readonly performanceId: string;
  readonly reservationId: string;
}

function NumberForm(props: NumberFormProps): JSX.Element {
  const concerts = useResource('GET /v1/admin/concerts').data?.concerts ?? [];
  const { route } = useLocation();
  const [performanceId, setPerformance] = useState(props.performanceId);
  const [reservationId, setReservation] = useState(props.reservationId);
  const first = concerts.flatMap((concert) => concert.performances)[0]?.id ?? '';
  const chosen = performanceId || first;
  const find = (event: Event): void => {
    event.preventDefault();
    route(`/operator/reservations/${chosen}/${reservationId.trim().toLowerCase()}`);
  };
  return (
    <form class="card stack" onSubmit={find}>
      <h2>{t(TEXTS.byNumber)}</h2>
      <label class="field">
        {t(TEXTS.performance)}
        <select required value={chosen} onChange={(event) => setPerformance(event.currentTarget.value)}>
          {concerts.flatMap(({ title, performances }) =>
            performances.map(({ id, startsAt }) => (
              <option key={id} value={id}>
                {local(title)} · {shortDate(startsAt)}
              </option>
            )),
          )}
        </select>
      </label>
      <label class="field">
        {t(TEXTS.number)}
        <input
          class="code"
          value={reservationId}
          required
          pattern={UUID}
          spellcheck={false}
          onInput={(event) => setReservation(event.currentTarget.value)}
        />
      </label>
      <div class="row">
        <button class="button">{t(TEXTS.find)}</button>
      </div>
    </form>
  );
}

interface FoundProps {
  readonly performanceId: string;
  readonly reservationId: string;
}

function Found({ performanceId, reservationId }: FoundProps): JSX.Element {
  const { data, problem, reload } = useResource(
    'GET /v1/admin/performances/{performanceId}/reservations/{reservationId}',
    { params: { performanceId, reservationId } },
  );
  if (data === undefined && problem !== undefined) return <ProblemNote problem={problem} />;
  if (data === undefined) return <p class="soft">{t(TEXTS.loading)}</p>;
  const { accountId } = data;
  return (
    <ReservationCard
      reservation={data}
      account={
        accountId !== undefined && (
          <a href={`/operator/accounts/${encodeURIComponent(accountId)}`}>{accountId}</a>
        )
      }
      onChanged={reload}
    />
  );
}
