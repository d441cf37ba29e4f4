/** What the commands say: results on standard output, everything else on standard error. */

/** A result, or part of one. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What the user should know beside the result. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** `1 seat`, `1,200 seats`; the plural is given where it is not the noun with an s. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : plural}`;
}
