/**
 * Brings a condition into one form. PostgreSQL shows `x between 1 and 2 and y` as `((x >= 1) AND (x <= 2)) AND y` where it
 * was written, and as one chain of ANDs where a dump was restored: the dump has the comparisons, not the BETWEEN.
 */
export function withoutNestedAnds(condition: string): string {
  for (let at = condition.indexOf('('); at !== -1; at = condition.indexOf('(', at + 1)) {
    const end = closingOf(condition, at);
    if (end === undefined || !isOperandOfAnd(condition, at, end)) continue;
    const inner = condition.slice(at + 1, end);
    if (!isChainOfAnds(inner)) continue;
    return withoutNestedAnds(condition.slice(0, at) + inner + condition.slice(end + 1));
  }
  return condition;
}

function isOperandOfAnd(text: string, start: number, end: number): boolean {
  const before = text.slice(0, start);
  const after = text.slice(end + 1);
  const isFirst = before.endsWith('(') && after.startsWith(' AND ');
  return isFirst || (before.endsWith(' AND ') && (after.startsWith(' AND ') || after.startsWith(')')));
}

/** Whether AND, and no OR, joins its outermost parts. */
function isChainOfAnds(text: string): boolean {
  let depth = 0;
  let outermost = '';
  for (const character of text) {
    if (character === '(') depth += 1;
    if (depth === 0) outermost += character;
    if (character === ')') depth -= 1;
  }
  return outermost.includes(' AND ') && !outermost.includes(' OR ');
}

/** Where the parenthesis at this place is closed. Those in texts, which conditions of ours have not, are not told apart. */
function closingOf(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}
