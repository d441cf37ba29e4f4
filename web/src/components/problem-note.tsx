import type { ComponentChildren, JSX } from 'preact';
import type { Problem } from '../api/answer.ts';
import { t } from '../i18n/language.ts';
import type { IconName } from './icon.tsx';
import { Icon } from './icon.tsx';
import { wordsOf } from '../format/outcome-words.ts';

const ICONS: Readonly<Record<string, IconName>> = {
  offline: 'offline',
  hold_expired: 'clock',
  sales_closed: 'pause',
  contended: 'shuffle',
  overloaded: 'clock',
  rate_limited: 'clock',
};

/** A refusal in a buyer's words, and what can be done about it. */
export function ProblemNote({
  problem,
  children,
}: {
  readonly problem: Pick<Problem, 'outcome'> & { readonly [member: string]: unknown };
  readonly children?: ComponentChildren;
}): JSX.Element {
  const isPassing = problem['retry'] === 'same';
  return (
    <div
      class="problem-note"
      data-outcome={problem.outcome}
      data-tone={isPassing ? 'warn' : 'danger'}
      role="status"
    >
      <Icon name={ICONS[problem.outcome] ?? 'warn'} />
      <div class="problem-note-words">
        <p>{t(wordsOf(problem))}</p>
        {children}
      </div>
    </div>
  );
}
