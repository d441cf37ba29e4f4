/** A sheet of two heights at the bottom of a phone, a panel beside the map on a desktop. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../../components/icon.tsx';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';

const TEXTS = {
  pick: { ko: '고르기', en: 'Choose' },
  fold: { ko: '접기', en: 'Fold' },
} satisfies Record<string, Text>;

export interface PickSheetProps {
  /** What the folded sheet says. */
  readonly summary: string;
  /** Beside the summary while the sheet is folded. */
  readonly action: JSX.Element | false;
  /** Something that the buyer should read: it unfolds the sheet when it comes. */
  readonly isUrgent: boolean;
  readonly children: ComponentChildren;
}

/** A sheet that would take more of the screen than this is folded at first: the map has the room. */
const SHARE_MAX = 0.42;

export function PickSheet({ summary, action, isUrgent, children }: PickSheetProps): JSX.Element {
  const id = useId();
  const sheet = useRef<HTMLElement>(null);
  const [isOpen, setOpen] = useState(true);
  useLayoutEffect(() => {
    // Large text and a phone on its side leave little room; which of them it is does not matter.
    const foldIfLarge = (): void =>
      setOpen((sheet.current?.scrollHeight ?? 0) <= window.innerHeight * SHARE_MAX || isBeside());
    foldIfLarge();
    const turned = matchMedia('(orientation: landscape)');
    turned.addEventListener('change', foldIfLarge);
    return () => turned.removeEventListener('change', foldIfLarge);
  }, []);
  useEffect(() => {
    if (isUrgent) setOpen(true);
  }, [isUrgent]);
  return (
    <aside ref={sheet} class="pick-panel" data-open={isOpen} aria-label={t(TEXTS.pick)}>
      <div class="pick-fold row">
        <button
          type="button"
          class="pick-handle"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name={isOpen ? 'down' : 'up'} />
          <span>{isOpen ? t(TEXTS.fold) : summary}</span>
        </button>
        {!isOpen && action}
      </div>
      <div id={id} class="pick-body">
        {children}
      </div>
    </aside>
  );
}

/** Whether the panel stands beside the map (`buyer.css`). */
function isBeside(): boolean {
  return matchMedia('(min-width: 900px)').matches;
}
