/** Home: every concert as a poster. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Concert } from '../api/types.ts';
import { dateRange } from '../format/dates.ts';
import { money } from '../format/money.ts';
import { finds } from '../format/search.ts';
import { useCatalogue } from '../hooks/use-catalogue.ts';
import { AwayNote } from '../components/away-note.tsx';
import { Heading, StateNote, Waiting } from '../components/page.tsx';
import { databaseNowMs } from '../api/database-clock.ts';
import { Poster } from '../components/poster.tsx';
import { ProblemNote } from '../components/problem-note.tsx';
import type { SaleKind } from '../components/badges.tsx';
import { SaleBadge, saleKindOf } from '../components/badges.tsx';
import type { Text } from '../i18n/language.ts';
import { local, t } from '../i18n/language.ts';

const TEXTS = {
  title: { ko: '공연', en: 'Concerts' },
  none: { ko: '아직 공연이 없어요', en: 'No concerts yet' },
  noneWords: {
    ko: '운영자가 공연을 올리면 여기에 나타나요.',
    en: 'They appear here once the operator adds them.',
  },
  past: { ko: '지난 공연', en: 'Past concerts' },
  search: { ko: '공연이나 공연장 찾기', en: 'Search by concert or venue' },
  noneFound: { ko: '찾는 공연이 없어요.', en: 'No concert found.' },
} satisfies Record<string, Text>;

export function ConcertsPage(): JSX.Element {
  const { concerts: all, away, problem } = useCatalogue();
  const [query, setQuery] = useState(() => new URLSearchParams(location.search).get('q') ?? '');
  const concerts = all?.filter((concert) => finds(query, wordsOf(concert)));
  const search = (words: string): void => {
    setQuery(words);
    // A reload, and Back from a concert, find the same list.
    const path = words === '' ? '/' : `/?${new URLSearchParams({ q: words }).toString()}`;
    history.replaceState(history.state, '', path);
  };
  const past = concerts?.filter(isOver) ?? [];
  const coming = concerts?.filter((concert) => !isOver(concert)) ?? [];
  return (
    <div class="page">
      <Heading title={t(TEXTS.title)} />
      {all !== undefined && (all.length > SEARCHED_FROM || query !== '') && (
        <search class="search">
          <input
            type="search"
            value={query}
            maxLength={100}
            aria-label={t(TEXTS.search)}
            placeholder={t(TEXTS.search)}
            onInput={(event) => search(event.currentTarget.value)}
          />
          <p class="soft small" role="status">
            {query !== '' && concerts?.length === 0 ? t(TEXTS.noneFound) : ''}
          </p>
        </search>
      )}
      {all === undefined && (problem === undefined ? <Waiting /> : <ProblemNote problem={problem} />)}
      <AwayNote away={away} />
      {all?.length === 0 && away === undefined && (
        <StateNote tone="quiet" icon="ticket" title={t(TEXTS.none)}>
          <p>{t(TEXTS.noneWords)}</p>
        </StateNote>
      )}
      <Posters concerts={coming.toSorted((a, b) => nextStart(a).localeCompare(nextStart(b)))} />
      {past.length > 0 && (
        <>
          <h2>{t(TEXTS.past)}</h2>
          <Posters concerts={past.toSorted((a, b) => lastStart(b).localeCompare(lastStart(a)))} />
        </>
      )}
    </div>
  );
}

/** What a concert is found by, in every language. */
function wordsOf({ title, performances }: Concert): readonly string[] {
  const venues = performances.flatMap(({ venueName }) => Object.values(venueName));
  return [...Object.values(title), ...new Set(venues)];
}

/** So few are seen at a glance. */
const SEARCHED_FROM = 6;

function Posters({ concerts }: { readonly concerts: readonly Concert[] }): JSX.Element {
  return (
    <ul class="poster-grid grid">
      {concerts.map((concert) => (
        <li key={concert.id}>
          <ConcertCard concert={concert} />
        </li>
      ))}
    </ul>
  );
}

function ConcertCard({ concert }: { readonly concert: Concert }): JSX.Element {
  const prices = concert.performances.flatMap(({ grades }) => grades.map(({ price }) => price));
  const venue = local(concert.performances[0]?.venueName);
  return (
    <a href={`/concerts/${concert.id}`} class="poster-card card">
      <Poster id={concert.id}>
        <>
          <h2>{local(concert.title)}</h2>
          <p>
            {datesOf(concert)}
            {venue !== '' && <br />}
            {venue}
          </p>
        </>
      </Poster>
      <div class="poster-foot between">
        <SaleBadge sale={saleOf(concert)} />
        {prices.length > 0 && <span class="number">{priceRange(prices)}</span>}
      </div>
    </a>
  );
}

function isOver(concert: Concert): boolean {
  return concert.performances.length > 0 && nextStart(concert) === NEVER;
}

/** Sorts behind every date. */
const NEVER = '~';

/** When the concert is played next. */
function nextStart({ performances }: Concert): string {
  const now = databaseNowMs();
  return performances.find(({ startsAt }) => Date.parse(startsAt) > now)?.startsAt ?? NEVER;
}

function lastStart({ performances }: Concert): string {
  return performances.at(-1)?.startsAt ?? '';
}

function datesOf({ performances }: Concert): string {
  const [first, last] = [performances[0], performances.at(-1)];
  return first === undefined || last === undefined ? '' : dateRange(first, last);
}

function priceRange(prices: readonly number[]): string {
  const [least, most] = [Math.min(...prices), Math.max(...prices)];
  return least === most ? money(least) : `${money(least)} – ${money(most)}`;
}

/** The best news among its performances. */
function saleOf({ performances }: Concert): SaleKind {
  const sales = performances.map(saleKindOf);
  const best = ['open', 'not_yet', 'paused', 'sold_out', 'ended', 'cancelled'] as const;
  return best.find((sale) => sales.includes(sale)) ?? 'ended';
}
