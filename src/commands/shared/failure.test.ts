import { describe, expect, it } from 'vitest';
import { ConfigError } from '../options/option.ts';
import { CommandFailed, reportFailure } from './failure.ts';

/** Without a spy: files share a process, and one that another file has left would be in the way. */
function reported(error: unknown): [code: number, text: string] {
  let text = '';
  const write = process.stderr.write.bind(process.stderr);
  process.stderr.write = (chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  };
  try {
    return [reportFailure(error), text];
  } finally {
    process.stderr.write = write;
  }
}

describe('reportFailure', () => {
  it('prints one line for a failure that the user can fix, whatever text it quotes', () => {
    expect(reported(new ConfigError('"a\n  b" is no JSON'))).toEqual([2, 'rowlock: "a b" is no JSON\n']);
    expect(reported(new CommandFailed('no\r\nservice'))).toEqual([1, 'rowlock: no service\n']);
  });
});
