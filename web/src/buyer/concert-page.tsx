/** A concert: its performances with dates, prices, and what is left. */
import type { JSX } from 'preact';
import type { Concert, Performance } from '../api/types.ts';
import { Countdown } from '../components/countdown.tsx';
import { dateAndTime, day, monthAndYear, ownTime, time, weekday } from '../format/dates.ts';
import { money } from '../format/money.ts';
import { seatsLeft } from '../format/seats.ts';
import { Icon } from '../components/icon.tsx';
import { AwayNote } from '../components/away-note.tsx';
import { BackLink, Heading, Waiting } from '../components/page.tsx';
import { Poster } from '../components/poster.tsx';
import { ProblemNote } from '../components/problem-note.tsx';
import type { SaleKind } from '../components/badges.tsx';
import { SaleBadge, saleKindOf } from '../components/badges.tsx';
import { useResource } from '../hooks/use-resource.ts';
import { useSecondsUntil } from '../hooks/use-seconds-until.ts';
import type { Text } from '../i18n/language.ts';
import { local, t } from '../i18n/language.ts';
import { saveToCalendar } from './calendar.ts';
import { NotFoundPage } from './not-found-page.tsx';

const TEXTS = {
  concert: { ko: '공연', en: 'Concert' },
  concerts: { ko: '공연 목록', en: 'All concerts' },
  performances: { ko: '회차', en: 'Performances' },
  opens: { ko: '예매 시작', en: 'Opens' },
  calendar: { ko: '캘린더에 추가', en: 'Add to calendar' },
} satisfies Record<string, Text>;

export function ConcertPage({ concertId }: { readonly concertId: string }): JSX.Element {
  const { data: concert, problem } = useResource('GET /v1/concerts/{concertId}', { params: { concertId } });
  if (problem?.outcome === 'not_found') return <NotFoundPage />;
  return (
    <div class="page">
      <BackLink href="/">{t(TEXTS.concerts)}</BackLink>
      {concert === undefined ? (
        <>
          <Heading title={t(TEXTS.concert)} hidden />
          {problem === undefined ? <Waiting /> : <ProblemNote problem={problem} />}
        </>
      ) : (
        <div class="concert">
          <div class="concert-poster">
            <Poster id={concert.id} />
          </div>
          <div>
            <Heading title={local(concert.title)} below={<p>{local(concert.description)}</p>} />
            <AwayNote away={concert.away} />
            <h2 class="section-title">{t(TEXTS.performances)}</h2>
            <ul class="stack">
              {concert.performances.map((performance) => (
                <li key={performance.id} class="performance-item">
                  <PerformanceRow performance={performance} />
                  <CalendarButton title={concert.title} performance={performance} />
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
    </div>
  );
}

interface CalendarButtonProps {
  readonly title: Concert['title'];
  readonly performance: Listed;
}

function CalendarButton({ title, performance }: CalendarButtonProps): JSX.Element {
  const { id: performanceId, startsAt, timeZone, venueName } = performance;
  return (
    <button
      type="button"
      class="icon-button"
      title={t(TEXTS.calendar)}
      onClick={() => saveToCalendar({ performanceId, title, venueName, startsAt })}
    >
      <Icon name="calendar" />
      <span class="visually-hidden">
        {t(TEXTS.calendar)}: {dateAndTime(startsAt, timeZone)}
      </span>
    </button>
  );
}

type Listed = Concert['performances'][number];

function PerformanceRow({ performance }: { readonly performance: Listed }): JSX.Element {
  const { data: counted, reload } = useResource('GET /v1/performances/{performanceId}', {
    params: { performanceId: performance.id },
  });
  const { startsAt, timeZone } = performance;
  const own = ownTime(startsAt, timeZone);
  const sale = counted === undefined ? saleKindOf(performance) : saleNowOf(counted);
  return (
    <a href={`/performances/${performance.id}`} class="performance-row card" data-sale={sale}>
      <span class="date-block" aria-hidden="true">
        <span class="date-day number">{day(startsAt, timeZone)}</span>
        <span class="date-month">{monthAndYear(startsAt, timeZone)}</span>
      </span>
      <span class="performance-words fill">
        <span class="row between">
          <span class="visually-hidden">{dateAndTime(startsAt, timeZone)}</span>
          <strong aria-hidden="true">
            {weekday(startsAt, timeZone)} {time(startsAt, timeZone)}
          </strong>
          <SaleBadge sale={sale} />
        </span>
        {own !== undefined && (
          <span class="soft" aria-hidden="true">
            {t({ ko: `내 시각 ${own}`, en: `Your time: ${own}` })}
          </span>
        )}
        <span class="soft">{local(performance.venueName)}</span>
        {sale === 'not_yet' ? (
          <Opening opensAt={performance.saleOpensAt} timeZone={timeZone} onOpen={reload} />
        ) : (
          <GradeCounts grades={counted?.grades ?? performance.grades} />
        )}
      </span>
    </a>
  );
}

function Opening({
  opensAt,
  timeZone,
  onOpen,
}: {
  readonly opensAt: string;
  readonly timeZone: string;
  readonly onOpen: () => void;
}): JSX.Element {
  const seconds = useSecondsUntil(opensAt) ?? 0;
  return (
    <span class="performance-opens">
      {t(TEXTS.opens)} {dateAndTime(opensAt, timeZone)}
      {/* A countdown of years helps nobody. */}
      {seconds < 86_400 * 2 && (
        <>
          {' · '}
          <Countdown until={opensAt} onOver={onOpen} />
        </>
      )}
    </span>
  );
}

function GradeCounts({
  grades,
}: {
  readonly grades: readonly { readonly grade: string; readonly price: number; readonly free?: number }[];
}): JSX.Element {
  return (
    <span class="grade-counts">
      {grades.map(({ grade, price, free }) => (
        <span key={grade} class="grade-count" data-none={free === 0}>
          <strong>{grade}</strong>
          <span class="number">{money(price)}</span>
          <span class="number soft">{free === undefined ? '\u2007\u2007\u2007' : seatsLeft(free)}</span>
        </span>
      ))}
    </span>
  );
}

/** By its seats now. */
function saleNowOf({ sale, grades }: Pick<Performance, 'sale' | 'grades'>): SaleKind {
  const soldOut = grades.length > 0 && grades.every(({ free, held }) => free === 0 && held === 0);
  return sale === 'open' && soldOut ? 'sold_out' : sale;
}
