/** The operator log: who did what, the newest first, of one performance or of all. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { AwayNote, awayIn } from '../../components/away-note.tsx';
import { MoreButton } from '../../components/more-button.tsx';
import { Heading } from '../../components/page.tsx';
import { moment, shortDate } from '../../format/dates.ts';
import { money } from '../../format/money.ts';
import { count } from '../../format/numbers.ts';
import { usePages } from '../../hooks/use-pages.ts';
import type { Text } from '../../i18n/language.ts';
import { local, t } from '../../i18n/language.ts';
import type { OperatorAction } from '../answers.ts';
import type { OwnConcert } from '../own-concerts.ts';
import { useOwnConcerts } from '../own-concerts.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { may } from '../permissions.ts';
import { AccountLink } from '../reservations/account-link.tsx';
import { Fact } from '../reservations/reservation-card.tsx';
import { actionWords } from './action-words.ts';

const TEXTS = {
  title: { ko: '운영 기록', en: 'Log' },
  about: {
    ko: '누가 무엇을 했는지 최신순으로 보여 줍니다. 기록은 지우거나 고칠 수 없습니다.',
    en: 'Who did what, newest first. Entries can’t be changed or removed.',
  },
  performance: { ko: '회차', en: 'Performance' },
  all: { ko: '전체', en: 'All' },
  none: { ko: '기록이 없습니다.', en: 'Nothing has been logged.' },
  loading: { ko: '불러오는 중…', en: 'Loading…' },
  actor: { ko: '누가', en: 'By' },
  unknown: { ko: '연동 프로그램', en: 'A program' },
  concert: { ko: '공연', en: 'Concert' },
  account: { ko: '구매자', en: 'Account' },
  reservation: { ko: '예약', en: 'Reservation' },
  amount: { ko: '금액', en: 'Amount' },
  reason: { ko: '사유', en: 'Reason' },
  sessions: { ko: '종료한 로그인', en: 'Sessions ended' },
  request: { ko: '요청 번호', en: 'Request' },
} as const satisfies Record<string, Text>;

export function LogPage(): JSX.Element {
  const concerts = useOwnConcerts().data ?? [];
  const mine = performancesOf(concerts).filter(({ id }) => may('rowlock:finance', id));
  const [chosen, choose] = useState('');
  // A scope that is bound reads one performance's log at a time.
  const performanceId = chosen === '' && !may('rowlock:finance') ? mine[0]?.id : chosen;
  return (
    <div class="stack-wide">
      <Heading title={t(TEXTS.title)} below={<p class="soft">{t(TEXTS.about)}</p>} />
      <label class="field op-search">
        {t(TEXTS.performance)}
        <select value={performanceId} onChange={(event) => choose(event.currentTarget.value)}>
          {may('rowlock:finance') && <option value="">{t(TEXTS.all)}</option>}
          {mine.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {performanceId !== undefined && <Actions key={performanceId} performanceId={performanceId} />}
    </div>
  );
}

interface Named {
  readonly id: string;
  readonly name: string;
}

function performancesOf(concerts: readonly OwnConcert[]): readonly Named[] {
  return concerts.flatMap(({ title, performances }) =>
    performances.map(({ id, startsAt, timeZone }) => ({
      id,
      name: `${local(title)} · ${shortDate(startsAt, timeZone)}`,
    })),
  );
}

/** Of every performance, and what belongs to none, where the id is empty. */
function Actions({ performanceId }: { readonly performanceId: string }): JSX.Element {
  const { pages, problem, more } = usePages('GET /v1/admin/actions', {
    ...(performanceId !== '' && { query: { performanceId } }),
  });
  if (pages === undefined && problem !== undefined) return <ProblemNote problem={problem} />;
  if (pages === undefined) return <p class="soft">{t(TEXTS.loading)}</p>;
  const actions = pages.flatMap((page) => page.actions);
  return (
    <>
      <AwayNote away={awayIn(pages)} forOperators />
      {actions.length === 0 && <p>{t(TEXTS.none)}</p>}
      <ul class="stack">
        {actions.map((action) => (
          <ActionCard key={`${action.server ?? ''}${action.id}`} action={action} />
        ))}
      </ul>
      {more !== undefined && <MoreButton onMore={more} />}
    </>
  );
}

function ActionCard({ action }: { readonly action: OperatorAction }): JSX.Element {
  const { performanceId, concertId, reservationId, accountId, requestId, details } = action;
  const { amount, reason, sessions } = details;
  return (
    <li class="card stack-tight" data-action={action.action}>
      <div class="row between">
        <h2>{actionWords(action.action)}</h2>
        <span class="soft">{moment(action.at)}</span>
      </div>
      <dl class="op-facts grid">
        <Fact name={t(TEXTS.actor)}>
          <strong>{action.actor ?? t(TEXTS.unknown)}</strong>
        </Fact>
        {performanceId !== null && (
          <Fact name={t(TEXTS.performance)}>
            <a href={`/operator/performances/${performanceId}`}>{performanceId}</a>
          </Fact>
        )}
        {concertId !== null && <Fact name={t(TEXTS.concert)}>{concertId}</Fact>}
        {accountId !== null && (
          <Fact name={t(TEXTS.account)}>
            <AccountLink accountId={accountId} />
          </Fact>
        )}
        {reservationId !== null && performanceId !== null && (
          <Fact name={t(TEXTS.reservation)}>
            <ReservationLink performanceId={performanceId} reservationId={reservationId} />
          </Fact>
        )}
        {typeof amount === 'number' && <Fact name={t(TEXTS.amount)}>{money(amount)}</Fact>}
        {typeof sessions === 'number' && <Fact name={t(TEXTS.sessions)}>{count(sessions)}</Fact>}
        {typeof reason === 'string' && <Fact name={t(TEXTS.reason)}>{reason}</Fact>}
        {requestId !== null && (
          <Fact name={t(TEXTS.request)}>
            <span class="code">{requestId}</span>
          </Fact>
        )}
      </dl>
    </li>
  );
}

interface ReservationLinkProps {
  readonly performanceId: string;
  readonly reservationId: string;
}

function ReservationLink({ performanceId, reservationId }: ReservationLinkProps): JSX.Element {
  if (!may('rowlock:box-office', performanceId)) return <span class="code">{reservationId}</span>;
  return (
    <a href={`/operator/reservations/${performanceId}/${reservationId}`} class="code">
      {reservationId}
    </a>
  );
}
