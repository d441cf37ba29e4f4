/** Asks before something that can't be taken back. */
import type { ComponentChildren, JSX } from 'preact';
import { useModal } from '../../hooks/use-modal.ts';
import { t } from '../../i18n/language.ts';

export interface ConfirmProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** What the button that goes on says: the deed, not "OK". */
  readonly deed: string;
  readonly danger?: boolean;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

const CANCEL = { ko: '취소', en: 'Cancel' };

export function Confirm(props: ConfirmProps): JSX.Element {
  const { title, children, deed, danger = false, busy = false, onConfirm, onCancel } = props;
  const dialog = useModal();
  const onEscape = (event: Event): void => {
    event.preventDefault();
    onCancel();
  };
  return (
    <dialog ref={dialog} class="op-dialog" aria-labelledby="op-confirm-title" onCancel={onEscape}>
      <h2 id="op-confirm-title">{title}</h2>
      <div class="op-stack">{children}</div>
      <div class="op-actions op-actions-end">
        <button type="button" class="button-quiet" onClick={onCancel} autofocus>
          {t(CANCEL)}
        </button>
        <button
          type="button"
          class={danger ? 'button op-button-danger' : 'button'}
          disabled={busy}
          onClick={onConfirm}
        >
          {deed}
        </button>
      </div>
    </dialog>
  );
}
