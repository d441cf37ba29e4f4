import { expect, it } from 'vitest';
import { countLinesOfCode, countLines } from './lines-of-code.ts';

const SOURCE = `/**
 * What it does.
 */
import { statement } from './statement.ts';

// Why.
const lock = statement({
  name: 'lock',
  group: 'account',
  text: \`
    select w.version
    from wallet as w

    for no key update\`,
});
`;

it('counts SQL and code apart, and neither comments nor blank lines', () => {
  expect(countLines(SOURCE)).toEqual({ sqlLines: 3, codeLines: 6 });
});

it('finds something to write in every strategy it counts', () => {
  const efforts = countLinesOfCode();
  expect(efforts).toHaveLength(6);
  for (const { codeLines } of efforts) expect(codeLines).toBeGreaterThan(5);
});
