import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Text } from '../i18n/language.ts';
import { t } from '../i18n/language.ts';
import { duration } from './format.ts';
import { useSecondsUntil } from './use-seconds-until.ts';

/** Said aloud when so much is left; every second would be noise. */
const SAID_AT_SECONDS = [60, 30, 10] as const;

const SECONDS_LEFT: Text = { ko: '초 남았어요', en: 'seconds left' };

export interface CountdownProps {
  readonly until: string;
  /** Called once when it is over. */
  readonly onOver?: () => void;
}

/** The time that is left, by the database's clock. */
export function Countdown({ until, onOver }: CountdownProps): JSX.Element {
  const seconds = useSecondsUntil(until) ?? 0;
  const [said, setSaid] = useState('');
  const over = useRef(onOver);
  over.current = onOver;
  useEffect(() => {
    if (seconds === 0) over.current?.();
    if (SAID_AT_SECONDS.some((moment) => moment === seconds)) setSaid(`${seconds} ${t(SECONDS_LEFT)}`);
  }, [seconds]);
  return (
    <>
      <span class="countdown number" role="timer" data-urgent={seconds <= 60}>
        {duration(seconds)}
      </span>
      <span class="visually-hidden" aria-live="polite">
        {said}
      </span>
    </>
  );
}
