/** The output of commands: results on standard output, everything else on standard error. */

/** Prints a result, or part of one. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a line for the user that is not part of the result. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** `1 seat`, `1,200 seats`; `plural` is for nouns that do not just take an s. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : plural}`;
}
