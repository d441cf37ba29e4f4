import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConfigError } from '../options/option.ts';
import { CommandFailed, reportFailure } from './failure.ts';

afterEach(() => void vi.restoreAllMocks());

function reported(error: unknown): [code: number, text: string] {
  let text = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  return [reportFailure(error), text];
}

describe('reportFailure', () => {
  it('prints one line for a failure that the user can fix, whatever text it quotes', () => {
    expect(reported(new ConfigError('"a\n  b" is no JSON'))).toEqual([2, 'rowlock: "a b" is no JSON\n']);
    expect(reported(new CommandFailed('no\r\nservice'))).toEqual([1, 'rowlock: no service\n']);
  });
});
