import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Text } from '../i18n/language.ts';
import { t } from '../i18n/language.ts';
import { backoffMs } from '../api/backoff.ts';
import { duration } from '../format/durations.ts';
import { useSecondsUntil } from '../hooks/use-seconds-until.ts';

/** Said aloud when so much is left; every second would be noise. */
const SAID_AT_SECONDS = [60, 30, 10] as const;

const SECONDS_LEFT: Text = { ko: '초 남았어요', en: 'seconds left' };

export interface CountdownProps {
  readonly until: string;
  /** Called when it is over, and again, later and later, as long as this is shown. */
  readonly onOver?: () => void;
}

/** The time that is left, by the database's clock. */
export function Countdown({ until, onOver }: CountdownProps): JSX.Element {
  const seconds = useSecondsUntil(until) ?? 0;
  const [said, setSaid] = useState('');
  const over = useRef(onOver);
  over.current = onOver;
  const isOver = seconds === 0;
  // The database may need a moment more: this page knows its time only to half a round trip.
  useEffect(() => {
    if (!isOver) return undefined;
    let attempts = 0;
    let timer: ReturnType<typeof setTimeout>;
    const tell = (): void => {
      over.current?.();
      attempts += 1;
      timer = setTimeout(tell, backoffMs(attempts + 1, Math.random()));
    };
    tell();
    return () => clearTimeout(timer);
  }, [isOver]);
  useEffect(() => {
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
