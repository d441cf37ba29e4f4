/** A browser that a test drives by a script and by real input, whatever protocol it speaks. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface Driven {
  readonly name: string;
  go(url: string): Promise<void>;
  /** The JSON value of an expression in the page. */
  read<T>(expression: string): Promise<T>;
  /** Input as W3C WebDriver and WebDriver BiDi both write it. */
  perform(actions: readonly object[]): Promise<void>;
  close(): Promise<void>;
}

/** A program on the PATH; undefined when it is not there. */
export function findProgram(...names: readonly string[]): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  return names.flatMap((name) => directories.map((directory) => join(directory, name))).find(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const PATIENCE_MS = 60_000;

/** Polls an expression until it is neither null nor false. */
export async function until<T>(browser: Driven, expression: string): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    // While a page is being left, its script has no answer.
    const value = await browser.read<T | null | false>(expression).catch(() => null);
    if (value !== null && value !== false) return value;
    if (performance.now() > giveUpAt) {
      const words = await browser.read<string>('document.body.innerText.slice(0, 600)').catch(String);
      throw new Error(`${browser.name} never saw ${expression}; the page says:\n${words}`);
    }
    await delay(50);
  }
}

/** Clicks the first element of a selector whose text begins so, once it is there, in sight and enabled. */
export async function click(browser: Driven, selector: string, text = ''): Promise<void> {
  const { x, y } = await until<{ readonly x: number; readonly y: number }>(browser, placeOf(selector, text));
  await browser.perform([
    {
      type: 'pointer',
      id: 'mouse',
      parameters: { pointerType: 'mouse' },
      actions: [
        { type: 'pointerMove', x, y, duration: 0 },
        { type: 'pointerDown', button: 0 },
        { type: 'pointerUp', button: 0 },
      ],
    },
  ]);
}

/** Where to click an element: its middle, when nothing lies on it and it has stopped moving. */
function placeOf(selector: string, text: string): string {
  return `(() => {
    const words = (one) => one.textContent.replaceAll('\\u00a0', ' ').trim();
    const target = [...document.querySelectorAll(${JSON.stringify(selector)})]
      .find((one) => words(one).startsWith(${JSON.stringify(text)}) && !one.disabled);
    if (target === undefined) return null;
    target.scrollIntoView({ block: 'center', behavior: 'instant' });
    const { left, top, width, height } = target.getBoundingClientRect();
    const [x, y] = [Math.round(left + width / 2), Math.round(top + height / 2)];
    const on = document.elementFromPoint(x, y);
    if (on === null || !(target.contains(on) || on.contains(target))) return null;
    const last = target.lastPlace;
    target.lastPlace = x + ' ' + y;
    return last === target.lastPlace ? { x, y } : null;
  })()`;
}

/** Waits for an element whose text has these words. */
export async function see(browser: Driven, selector: string, text = ''): Promise<void> {
  await until(
    browser,
    `[...document.querySelectorAll(${JSON.stringify(selector)})]
      .some((one) => one.textContent.replaceAll('\\u00a0', ' ').includes(${JSON.stringify(text)}))`,
  );
}
