/** An account's reservations, newest first, a page at a time. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import { useResource } from '../../hooks/use-resource.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { ReservationCard } from './reservation-card.tsx';

const TEXTS = {
  loading: { ko: '찾는 중…', en: 'Looking…' },
  none: {
    ko: '이 구매자의 예약이 없습니다. ID를 확인하세요.',
    en: 'This account has no reservations. Check the ID.',
  },
  newer: { ko: '처음으로', en: 'Newest' },
  older: { ko: '이전 예약 보기', en: 'Older' },
} as const satisfies Record<string, Text>;

const PAGE_SIZE = 20;

export function AccountReservations({ accountId }: { readonly accountId: string }): JSX.Element {
  const [before, setBefore] = useState<number>();
  const { data, problem, reload } = useResource('GET /v1/admin/accounts/{accountId}/reservations', {
    params: { accountId },
    query: { limit: PAGE_SIZE, ...(before !== undefined && { before }) },
  });
  if (data === undefined && problem !== undefined) return <ProblemNote problem={problem} />;
  if (data === undefined) return <p class="soft">{t(TEXTS.loading)}</p>;
  const { reservations, next } = data;
  return (
    <section class="op-stack" aria-label={accountId}>
      {reservations.length === 0 && <p>{t(TEXTS.none)}</p>}
      <div class="op-found">
        {reservations.map((reservation) => (
          <ReservationCard key={reservation.id} reservation={reservation} onRefunded={reload} />
        ))}
      </div>
      <div class="op-actions">
        {before !== undefined && (
          <button type="button" class="button-quiet" onClick={() => setBefore(undefined)}>
            {t(TEXTS.newer)}
          </button>
        )}
        {next !== null && (
          <button type="button" class="button-quiet" onClick={() => setBefore(next)}>
            {t(TEXTS.older)}
          </button>
        )}
      </div>
    </section>
  );
}
