/** Fields of a form, by what is typed into them. */
import type { ComponentChildren, JSX } from 'preact';

const ID = '[a-z0-9][a-z0-9\\-]{0,63}';

export function Part({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="card stack op-part" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly required?: boolean;
  readonly pattern?: string;
  readonly placeholder?: string;
  readonly onText: (text: string) => void;
}

export function TextField(props: TextFieldProps): JSX.Element {
  const { label, value, required = true, pattern, placeholder, onText } = props;
  return (
    <label class="field">
      {label}
      <input
        value={value}
        required={required}
        maxlength={200}
        {...(pattern !== undefined && { pattern })}
        {...(placeholder !== undefined && { placeholder })}
        onInput={(event) => onText(event.currentTarget.value)}
      />
    </label>
  );
}

interface IdFieldProps {
  readonly label: string;
  readonly value: string;
  /** Taken when nothing is typed; empty where a name gives none. */
  readonly suggested: string;
  readonly onText: (text: string) => void;
}

export function IdField({ label, value, suggested, onText }: IdFieldProps): JSX.Element {
  return (
    <TextField
      label={label}
      value={value}
      required={suggested === ''}
      pattern={ID}
      placeholder={suggested}
      onText={onText}
    />
  );
}

interface NumberFieldProps {
  readonly label: string;
  /** NaN for nothing typed yet. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onNumber: (value: number) => void;
}

export function NumberField({ label, value, min, max, onNumber }: NumberFieldProps): JSX.Element {
  return (
    <label class="field">
      {label}
      <input
        type="number"
        inputmode="numeric"
        required
        min={min}
        max={max}
        value={Number.isNaN(value) ? '' : value}
        onInput={(event) => onNumber(event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}
