/** Notes beside what they are about: that something was refused, failed, or needs attention. */
import type { ComponentChildren, JSX } from 'preact';
import type { Problem } from '../api/answer.ts';
import { t } from '../i18n/language.ts';
import type { IconName } from './icon.tsx';
import { Icon } from './icon.tsx';
import { wordsOf } from '../format/outcome-words.ts';

export interface NoteProps {
  readonly tone: 'ok' | 'warn' | 'danger' | 'quiet';
  readonly icon?: IconName;
  readonly outcome?: string;
  readonly children: ComponentChildren;
}

/** Said by a screen reader as soon as it appears. */
export function Note({ tone, icon = 'warn', outcome, children }: NoteProps): JSX.Element {
  return (
    <div class="note" data-tone={tone} data-outcome={outcome} role="status">
      <Icon name={icon} />
      <div class="stack-tight fill">{children}</div>
    </div>
  );
}

const ICONS: Readonly<Record<string, IconName>> = {
  offline: 'offline',
  hold_expired: 'clock',
  sales_closed: 'pause',
  contended: 'shuffle',
  overloaded: 'clock',
  rate_limited: 'clock',
};

export interface ProblemNoteProps {
  readonly problem: Pick<Problem, 'outcome'> & { readonly [member: string]: unknown };
  /** The buyer's words for it unless told. */
  readonly words?: string;
  readonly children?: ComponentChildren;
}

/** A refusal in words, and what can be done about it. */
export function ProblemNote({
  problem,
  words = t(wordsOf(problem)),
  children,
}: ProblemNoteProps): JSX.Element {
  const { outcome } = problem;
  const isPassing = problem['retry'] === 'same';
  return (
    <Note tone={isPassing ? 'warn' : 'danger'} icon={ICONS[outcome] ?? 'warn'} outcome={outcome}>
      <p>{words}</p>
      {children}
    </Note>
  );
}
