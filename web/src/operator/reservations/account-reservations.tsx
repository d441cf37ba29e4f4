/** An account's reservations, newest first. */
import type { JSX } from 'preact';
import { AwayNote, awayIn } from '../../components/away-note.tsx';
import { MoreButton } from '../../components/more-button.tsx';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import { usePages } from '../../hooks/use-pages.ts';
import { AccountProfile } from '../accounts/account-profile.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { BlockAccount } from './block-account.tsx';
import { ReservationCard } from './reservation-card.tsx';

const TEXTS = {
  loading: { ko: '찾는 중…', en: 'Looking…' },
  none: {
    ko: '이 구매자의 예약이 없습니다. ID를 확인하세요. 취소되거나 만료된 선점은 목록에 나오지 않습니다.',
    en: 'This account has no reservations. Check the ID. Released and expired holds aren’t listed.',
  },
} as const satisfies Record<string, Text>;

export function AccountReservations({ accountId }: { readonly accountId: string }): JSX.Element {
  const { pages, problem, reload, more } = usePages('GET /v1/admin/accounts/{accountId}/reservations', {
    params: { accountId },
  });
  if (pages === undefined && problem !== undefined) return <ProblemNote problem={problem} />;
  if (pages === undefined) return <p class="soft">{t(TEXTS.loading)}</p>;
  const reservations = pages.flatMap((page) => page.reservations);
  return (
    <section class="stack-wide" aria-label={accountId}>
      <AccountProfile accountId={accountId} />
      <BlockAccount accountId={accountId} onChanged={reload} />
      <AwayNote away={awayIn(pages)} forOperators />
      {reservations.length === 0 && <p>{t(TEXTS.none)}</p>}
      <div class="grid">
        {reservations.map((reservation) => (
          <ReservationCard key={reservation.id} reservation={reservation} onChanged={reload} />
        ))}
      </div>
      {more !== undefined && <MoreButton onMore={more} />}
    </section>
  );
}
