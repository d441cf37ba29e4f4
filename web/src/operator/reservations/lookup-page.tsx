/** Looks a reservation up, by its buyer's name, its account, its seat or its number, and refunds it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { shortDate } from '../../format/dates.ts';
import { Heading } from '../../components/page.tsx';
import type { Text } from '../../i18n/language.ts';
import { local, t } from '../../i18n/language.ts';
import { useLocation } from 'preact-iso';
import { ACCOUNT_ID_PATTERN } from '../../api/sign-in.ts';
import { sectionName } from '../../format/seats.ts';
import { useResource } from '../../hooks/use-resource.ts';
import { FindAccounts } from '../accounts/find-accounts.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import type { OwnConcert } from '../own-concerts.ts';
import { useOwnConcerts } from '../own-concerts.ts';
import { may } from '../permissions.ts';
import { AccountLink } from './account-link.tsx';
import { AccountReservations } from './account-reservations.tsx';
import { ChosenSeat } from './chosen-seat.tsx';
import { ReservationCard } from './reservation-card.tsx';

const TEXTS = {
  title: { ko: '예약 조회', en: 'Reservations' },
  byAccount: { ko: '구매자로 찾기', en: 'Find by account' },
  account: { ko: '구매자 ID', en: 'Account ID' },
  byNumber: { ko: '예약 번호로 찾기', en: 'Find by number' },
  bySeat: { ko: '좌석으로 찾기', en: 'Find by seat' },
  section: { ko: '구역', en: 'Section' },
  row: { ko: '열', en: 'Row' },
  seat: { ko: '좌석 번호', en: 'Seat' },
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
  /** A seat's label. */
  readonly seat?: string;
}

export function LookupPage({ performanceId, reservationId, accountId, seat }: LookupPageProps): JSX.Element {
  const all = useOwnConcerts().data ?? [];
  const concerts = all.map((concert) => ({
    ...concert,
    performances: concert.performances.filter(({ id }) => may('rowlock:box-office', id)),
  }));
  return (
    <div class="stack-wide">
      <Heading title={t(TEXTS.title)} />
      {/* First, since it is long: on a phone the fields alone fill two screens. */}
      {accountId !== undefined && <AccountReservations accountId={accountId} />}
      {may('rowlock:box-office') && <FindAccounts />}
      <div class="op-lookup grid">
        {may('rowlock:box-office') && <AccountForm accountId={accountId ?? ''} />}
        <SeatForm concerts={concerts} performanceId={performanceId ?? ''} seat={seat ?? ''} />
        <NumberForm
          concerts={concerts}
          performanceId={performanceId ?? ''}
          reservationId={reservationId ?? ''}
        />
      </div>
      {performanceId !== undefined && seat !== undefined && (
        <ChosenSeat
          performanceId={performanceId}
          label={seat}
          sections={performanceIn(concerts, performanceId)?.sections ?? []}
        >
          {(id) => <Found key={id} performanceId={performanceId} reservationId={id} />}
        </ChosenSeat>
      )}
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

interface PerformanceFieldProps {
  readonly concerts: readonly OwnConcert[];
  readonly value: string;
  readonly onChange: (performanceId: string) => void;
}

function PerformanceField({ concerts, value, onChange }: PerformanceFieldProps): JSX.Element {
  return (
    <label class="field">
      {t(TEXTS.performance)}
      <select required value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {concerts.flatMap(({ title, performances }) =>
          performances.map(({ id, startsAt, timeZone }) => (
            <option key={id} value={id}>
              {local(title)} · {shortDate(startsAt, timeZone)}
            </option>
          )),
        )}
      </select>
    </label>
  );
}

function performanceIn(
  concerts: readonly OwnConcert[],
  performanceId: string,
): OwnConcert['performances'][number] | undefined {
  return concerts.flatMap(({ performances }) => performances).find(({ id }) => id === performanceId);
}

function firstOf(concerts: readonly OwnConcert[]): string {
  return concerts.flatMap((concert) => concert.performances)[0]?.id ?? '';
}

interface SeatFormProps {
  readonly concerts: readonly OwnConcert[];
  readonly performanceId: string;
  /** Its label. */
  readonly seat: string;
}

/** What a ticket says: the section, the row and the seat. */
function SeatForm(props: SeatFormProps): JSX.Element {
  const { concerts } = props;
  const { route } = useLocation();
  const [ofSection = '', ofRow = '', ofSeat = ''] = props.seat.split('-');
  const [performanceId, setPerformance] = useState(props.performanceId);
  const [section, setSection] = useState(ofSection);
  const [row, setRow] = useState(ofRow);
  const [seat, setSeat] = useState(ofSeat);
  const chosen = performanceId || firstOf(concerts);
  const sections = performanceIn(concerts, chosen)?.sections ?? [];
  const inSection = sections.some(({ id }) => id === section) ? section : (sections[0]?.id ?? '');
  const find = (event: Event): void => {
    event.preventDefault();
    route(`/operator/seats/${chosen}/${inSection}-${row.trim()}-${seat.trim()}`);
  };
  return (
    <form class="card stack" onSubmit={find}>
      <h2>{t(TEXTS.bySeat)}</h2>
      <PerformanceField concerts={concerts} value={chosen} onChange={setPerformance} />
      <label class="field">
        {t(TEXTS.section)}
        <select required value={inSection} onChange={(event) => setSection(event.currentTarget.value)}>
          {sections.map((one) => (
            <option key={one.id} value={one.id}>
              {sectionName(one)}
            </option>
          ))}
        </select>
      </label>
      <div class="op-seat-fields">
        <CodeField name={t(TEXTS.row)} value={row} onInput={setRow} />
        <CodeField name={t(TEXTS.seat)} value={seat} onInput={setSeat} />
      </div>
      <div class="row">
        <button class="button">{t(TEXTS.find)}</button>
      </div>
    </form>
  );
}

/** What a row or a seat may be called. */
const CODE = '\\s*[A-Za-z0-9]{1,12}\\s*';

interface CodeFieldProps {
  readonly name: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
}

function CodeField({ name, value, onInput }: CodeFieldProps): JSX.Element {
  return (
    <label class="field">
      {name}
      <input
        value={value}
        required
        pattern={CODE}
        autocapitalize="none"
        spellcheck={false}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}

interface NumberFormProps {
  readonly concerts: readonly OwnConcert[];
  readonly performanceId: string;
  readonly reservationId: string;
}

function NumberForm(props: NumberFormProps): JSX.Element {
  const { concerts } = props;
  const { route } = useLocation();
  const [performanceId, setPerformance] = useState(props.performanceId);
  const [reservationId, setReservation] = useState(props.reservationId);
  const chosen = performanceId || firstOf(concerts);
  const find = (event: Event): void => {
    event.preventDefault();
    route(`/operator/reservations/${chosen}/${reservationId.trim().toLowerCase()}`);
  };
  return (
    <form class="card stack" onSubmit={find}>
      <h2>{t(TEXTS.byNumber)}</h2>
      <PerformanceField concerts={concerts} value={chosen} onChange={setPerformance} />
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
      account={accountId !== undefined && <AccountLink accountId={accountId} />}
      onChanged={reload}
    />
  );
}
