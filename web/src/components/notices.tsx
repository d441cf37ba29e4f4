/** What becomes of purchases whose page the reader is not on: "we found out what happened". */
import type { JSX } from 'preact';
import type { Text } from '../i18n/language.ts';
import { t } from '../i18n/language.ts';
import type { Intent, IntentKind } from '../outbox/request.ts';
import { homeOf } from '../outbox/page-path.ts';
import type { Purchase } from '../outbox/state.ts';
import { courier, purchases } from '../outbox/state.ts';
import { Link, path } from '../routing/router.ts';
import { session } from '../api/sign-in.ts';
import { Icon } from './icon.tsx';
import { ProblemNote } from './problem-note.tsx';
import { UnderWay } from './under-way.tsx';

const DONE: Readonly<Record<IntentKind, Text>> = {
  hold: { ko: '좌석을 잡았어요.', en: 'Your seats are held.' },
  pay: { ko: '결제가 완료되었어요.', en: 'Your payment went through.' },
  topUp: { ko: '지갑이 충전되었어요.', en: 'Your wallet is topped up.' },
  refund: { ko: '환불이 완료되었어요.', en: 'Your refund went through.' },
  release: { ko: '좌석을 놓아주었어요.', en: 'The seats were let go.' },
};

const TEXTS = {
  notices: { ko: '진행 중인 일', en: 'What is under way' },
  look: { ko: '보러 가기', en: 'See it' },
  close: { ko: '닫기', en: 'Close' },
  others: { ko: '다른 계정에서 시작한 일이 남아 있어요:', en: 'Something of another account is unfinished:' },
} satisfies Record<string, Text>;

export function Notices(): JSX.Element | null {
  const elsewhere = purchases.value.filter(
    ({ intent }) => homeOf(intent) !== path.value || intent.accountId !== session.value?.accountId,
  );
  // A top-up that its payment follows has said all when it succeeded.
  const shown = elsewhere.filter(({ intent }) => intent.answer?.ok !== true || intent.next === undefined);
  if (shown.length === 0) return null;
  return (
    <aside class="notices" aria-label={t(TEXTS.notices)}>
      {shown.map((purchase) => (
        <Notice key={purchase.intent.key} purchase={purchase} />
      ))}
    </aside>
  );
}

function Notice({ purchase }: { readonly purchase: Purchase }): JSX.Element {
  const { intent } = purchase;
  if (intent.answer === undefined) {
    const isOthers = session.value !== undefined && intent.accountId !== session.value.accountId;
    return (
      <div class="notice">
        {isOthers && (
          <p class="soft">
            {t(TEXTS.others)} <strong>{intent.accountId}</strong>
          </p>
        )}
        <UnderWay purchase={purchase} isAtHome={false} />
      </div>
    );
  }
  return (
    <div class="notice notice-done">
      {intent.answer.ok ? (
        <p class="notice-words" role="status">
          <Icon name="check" />
          {t(DONE[intent.kind])}
        </p>
      ) : (
        <ProblemNote problem={intent.answer.problem} />
      )}
      <div class="row">
        <Link href={placeOf(intent)} class="button-quiet">
          {t(TEXTS.look)}
        </Link>
        <button type="button" class="icon-button" onClick={() => courier.dismiss(intent.key)}>
          <Icon name="close" />
          <span class="visually-hidden">{t(TEXTS.close)}</span>
        </button>
      </div>
    </div>
  );
}

/** Where its result is to be seen: a hold's is the reservation that it made. */
function placeOf(intent: Intent): string {
  if (intent.kind !== 'hold' || intent.answer?.ok !== true) return homeOf(intent);
  return `${homeOf(intent)}/reservations/${(intent.answer.data as { readonly id: string }).id}`;
}
