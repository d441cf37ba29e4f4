/** Takes the performance's concert off the list, and puts it back. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Problem } from '../../api/client.ts';
import { call } from '../../api/client.ts';
import { HiddenBadge } from '../../components/badges.tsx';
import { useResource } from '../../hooks/use-resource.ts';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import { ProblemNote } from '../parts/problem.tsx';

const TEXTS = {
  hide: { ko: '공연 숨기기', en: 'Hide concert' },
  show: { ko: '공연 다시 표시', en: 'List concert again' },
  listed: {
    ko: '숨기면 모든 회차가 공연 목록에서 사라집니다. 티켓과 예약은 그대로이고, 회차 주소를 아는 사람은 계속 예매할 수 있습니다.',
    en: 'Hiding takes all its performances off the list. Tickets and reservations stay, and anybody with a performance’s address can still buy.',
  },
  hidden: {
    ko: '구매자의 공연 목록에 없습니다. 판매까지 막으려면 판매를 종료하세요.',
    en: 'Buyers don’t see it on the list. To stop sales as well, close them.',
  },
} as const satisfies Record<string, Text>;

export function Visibility({ concertId }: { readonly concertId: string }): JSX.Element | null {
  const { data, reload } = useResource('GET /v1/admin/concerts');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const concert = data?.concerts.find(({ id }) => id === concertId);
  if (concert === undefined) return null;
  const { hidden } = concert;
  const toggle = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    const route = 'POST /v1/admin/concerts/{concertId}/visibility';
    const answer = await call(route, { params: { concertId }, body: { hidden: !hidden } });
    setBusy(false);
    if (answer.ok) reload();
    else setProblem(answer.problem);
  };
  return (
    <div class="stack-tight" data-hidden={hidden}>
      <div class="row">
        <button type="button" class="button-quiet" disabled={busy} onClick={() => void toggle()}>
          {t(hidden ? TEXTS.show : TEXTS.hide)}
        </button>
        {hidden && <HiddenBadge />}
      </div>
      <p class="soft small">{t(hidden ? TEXTS.hidden : TEXTS.listed)}</p>
      {problem !== undefined && <ProblemNote problem={problem} />}
    </div>
  );
}
