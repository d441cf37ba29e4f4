/** Dialogs over a page: the browser keeps the focus in them, and gives it back at their end. */
import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/language.ts';

export interface DialogProps {
  readonly title: string;
  /** Beside the title, such as a button that closes. */
  readonly beside?: JSX.Element;
  readonly children: ComponentChildren;
  /** For Escape and a tap beside it; without it the dialog can't be closed. */
  readonly onClose?: () => void;
}

export function Dialog({ title, beside, children, onClose }: DialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  // An effect would end when the dialog has left the page, and the browser gives the focus back only to one that closes on it.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  const onCancel = (event: Event): void => {
    event.preventDefault();
    onClose?.();
  };
  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-labelledby="dialog-title"
      onCancel={onCancel}
      onClick={(event) => event.target === dialog.current && onClose?.()}
    >
      <div class="sheet-body stack-wide">
        <div class="between">
          <h2 id="dialog-title">{title}</h2>
          {beside}
        </div>
        {children}
      </div>
    </dialog>
  );
}

export interface ConfirmProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** What the button that goes on says: the deed, not "OK". */
  readonly deed: string;
  readonly isDanger?: boolean;
  readonly isBusy?: boolean;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

const CANCEL = { ko: '취소', en: 'Cancel' };

/** Asks before something that can't be taken back. */
export function Confirm(props: ConfirmProps): JSX.Element {
  const { title, children, deed, isDanger = false, isBusy = false, onConfirm, onCancel } = props;
  return (
    <Dialog title={title} onClose={onCancel}>
      {children}
      <div class="row">
        <button
          type="button"
          class={isDanger ? 'button button-danger' : 'button'}
          disabled={isBusy}
          onClick={onConfirm}
        >
          {deed}
        </button>
        <button type="button" class="button-quiet" onClick={onCancel} autofocus>
          {t(CANCEL)}
        </button>
      </div>
    </Dialog>
  );
}
