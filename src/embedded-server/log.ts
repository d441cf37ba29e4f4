import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';

const ROTATE_BYTES = 16 * 1024 * 1024;
const TAIL_BYTES = 256 * 1024;

/** Renames a long log to `<log>.1`, which replaces the previous one. */
export function rotateLog(log: string): void {
  if (logSize(log) > ROTATE_BYTES) renameSync(log, `${log}.1`);
}

/** Bytes; 0 when there is no log yet. */
export function logSize(log: string): number {
  return statSync(log, { throwIfNoEntry: false })?.size ?? 0;
}

/** The log from this offset on, or only its end when it is very long. */
export function readLog(log: string, offset: number): string {
  if (!existsSync(log)) return '';
  const file = openSync(log, 'r');
  try {
    const { size } = fstatSync(file);
    const from = Math.max(offset, size - TAIL_BYTES);
    const buffer = Buffer.alloc(Math.max(0, size - from));
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, from));
  } finally {
    closeSync(file);
  }
}

/**
 * Why this postmaster ended: the last FATAL or PANIC line, with its detail, of the postmaster itself or of a
 * process whose end it reported. The failure of a client's connection is not the reason.
 */
export function failureInLog(text: string, postmasterPid: number): string | undefined {
  const lines = text.split('\n').map((line) => ({ line, pid: pidOf(line) }));
  const reported = lines
    .filter(({ pid }) => pid === postmasterPid)
    .flatMap(({ line }) => [...line.matchAll(/\(PID (\d+)\)/g)].map((match) => Number(match[1])));
  const concerned = new Set([postmasterPid, ...reported]);
  const isFailure = /\] (?:FATAL|PANIC): /;
  const index = lines.findLastIndex(
    ({ line, pid }) => pid !== undefined && concerned.has(pid) && isFailure.test(line),
  );
  const message = lines[index]?.line.replace(/^.*?\] (?:FATAL|PANIC): +/, '');
  const detail = /\] DETAIL: +(.*)$/.exec(lines[index + 1]?.line ?? '')?.[1];
  return message === undefined || detail === undefined ? message : `${message}: ${detail}`;
}

/** The loader's or shell's message when the program cannot even start: a line without the log's prefix. */
export function lastPlainLine(text: string): string | undefined {
  return text.split('\n').findLast((line) => /^\S/.test(line) && pidOf(line) === undefined);
}

/** Of the default `log_line_prefix`: `2024-05-06 07:08:09.123 UTC [4711] `. */
function pidOf(line: string): number | undefined {
  const pid = /^\d[^[]*\[(\d+)\] /.exec(line)?.[1];
  return pid === undefined ? undefined : Number(pid);
}
