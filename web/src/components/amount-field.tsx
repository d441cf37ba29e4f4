/** An amount of money: typed with the currency's decimals, kept in minor units. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Currency } from '../../../src/domain/currency.ts';
import { money, parsedAmount, typedAmount } from '../format/money.ts';
import { t } from '../i18n/language.ts';

export interface AmountFieldProps {
  readonly label: string;
  /** Minor units; NaN for nothing typed yet, or for what is no amount. */
  readonly amount: number;
  readonly currency: Currency;
  readonly min: number;
  readonly max: number;
  readonly onAmount: (amount: number) => void;
}

export function AmountField({ label, amount, currency, min, max, onAmount }: AmountFieldProps): JSX.Element {
  const { minorUnit } = currency;
  const [typed, setTyped] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const read = (text: string): number => parsedAmount(text, minorUnit) ?? Number.NaN;
  // An amount that was not typed is written as one that could have been.
  const text = Object.is(read(typed), amount)
    ? typed
    : Number.isNaN(amount)
      ? ''
      : typedAmount(amount, currency);
  const value = read(text);
  const fault = Number.isNaN(value)
    ? exampleWords(currency)
    : value < min
      ? minWords(min)
      : maxWords(value, max);
  useEffect(() => input.current?.setCustomValidity(text === '' ? '' : fault), [text, fault]);
  return (
    <label class="field">
      {label}
      <input
        ref={input}
        class="number"
        inputMode={minorUnit === 0 ? 'numeric' : 'decimal'}
        autocomplete="off"
        required
        maxlength={30}
        value={text}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          onAmount(read(event.currentTarget.value));
        }}
      />
    </label>
  );
}

function exampleWords(currency: Currency): string {
  const example = typedAmount(123_450, currency);
  return t({ ko: `${example}처럼 금액을 숫자로 입력하세요.`, en: `Enter an amount such as ${example}.` });
}

function minWords(min: number): string {
  return t({ ko: `최소 ${money(min)}부터 가능합니다.`, en: `The least is ${money(min)}.` });
}

function maxWords(value: number, max: number): string {
  return value <= max
    ? ''
    : t({ ko: `최대 ${money(max)}까지 가능합니다.`, en: `The most is ${money(max)}.` });
}
