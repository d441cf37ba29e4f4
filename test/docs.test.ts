/** What the documents say is compared with what the code lists, so that neither drifts away from the other. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { strategiesNamed } from '../src/box-office/strategies.ts';
import { defaultOf, flagOf } from '../src/commands/options/option.ts';
import type { OptionSpec } from '../src/commands/options/option.ts';
import { COMMAND_OPTIONS } from '../src/commands/options/table.ts';
import { declaredStatements } from '../src/db/statement.ts';
import { REFUSALS } from '../src/domain/outcomes.ts';
import { exampleOf } from '../src/http/openapi/problem-examples.ts';
import { TOP_UP_STRATEGIES } from '../src/operations/top-up/strategies.ts';
import { HOLD_STRATEGIES } from '../src/operations/hold/strategies.ts';
import { PAY_STRATEGIES } from '../src/operations/pay/strategies.ts';
import { benchmarkChart } from '../tools/benchmark-chart.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NOT_OURS = new Set(['node_modules', 'dist', 'results', 'coverage']);

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

function markdownIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.md'));
}

/** Every Markdown file of the project, by its path from the root. */
function documents(folder = ROOT): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return NOT_OURS.has(entry.name) || entry.name.startsWith('.') ? [] : documents(path);
    return entry.name.endsWith('.md') ? [relative(ROOT, path)] : [];
  });
}

/** The fenced blocks of a language, in order. */
function blocksOf(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)]
    .filter(([, found]) => found === language)
    .map(([, , block]) => block!);
}

function withoutBlocks(text: string): string {
  return text.replaceAll(/^```[^]*?^```$/gm, '');
}

function headingLevels(text: string): number[] {
  return [...withoutBlocks(text).matchAll(/^(#+) /gm)].map(([, marks]) => marks!.length);
}

/** The anchors that GitHub gives a document's headings. */
function anchorsOf(text: string): Set<string> {
  const headings = [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    ),
  );
}

function squeezed(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}

describe('docs/errors', () => {
  it('has a page for each outcome, and no other', () => {
    const pages = ['README', ...REFUSALS.map(({ code }) => code)].map((name) => `${name}.md`);
    expect(markdownIn('docs/errors').sort()).toEqual(pages.sort());
  });

  it('lists every outcome in the order of refusals', () => {
    const rows = [
      ...read('docs/errors/README.md').matchAll(/^\| \[`(\w+)`\]\((\w+)\.md\) \| (\d+) \| `(\w+)` \|$/gm),
    ];
    expect(rows.map(([, ...cells]) => cells)).toEqual(
      REFUSALS.map(({ code, status, retry }) => [code, code, String(status), retry]),
    );
  });

  it.each(REFUSALS.map((refusal) => [refusal.code, refusal] as const))(
    'explains %s',
    (code, { status, title, retry }) => {
      const page = read(`docs/errors/${code}.md`);
      expect(page.split('\n')[0]).toBe(`# \`${code}\`: ${status} ${title}`);
      expect(page).toContain(`\`retry: "${retry}"\``);
      expect(blocksOf(page, 'json').map((block) => JSON.parse(block) as unknown)).toEqual([
        exampleOf(code, status),
      ]);
    },
  );
});

describe('docs/strategies', () => {
  const operations = { topUp: TOP_UP_STRATEGIES, hold: HOLD_STRATEGIES, pay: PAY_STRATEGIES };
  const defaults: readonly unknown[] = Object.values(strategiesNamed({}));
  const cores = Object.entries(operations).flatMap(([operation, strategies]) =>
    strategies.map((strategy) => ({ operation, isDefault: defaults.includes(strategy), ...strategy })),
  );
  const coreNames = [...new Set(cores.map(({ name }) => name))];
  const folder = 'src/operations/wrappers';
  const wrapperNames = readdirSync(join(ROOT, folder)).flatMap((file) => {
    const [, before, after] =
      /name(?::| =) `(?:([a-z-]+)\+)?\$\{core\.name\}(?:\+([a-z-]+))?`/.exec(read(`${folder}/${file}`)) ?? [];
    return before ?? after ?? [];
  });

  it('has a page for each strategy and wrapper in both languages, and no other', () => {
    expect(wrapperNames).toHaveLength(3);
    const pages = ['README', ...coreNames, ...wrapperNames].flatMap((name) => [
      `${name}.md`,
      `${name}.ko.md`,
    ]);
    expect(markdownIn('docs/strategies').sort()).toEqual(pages.sort());
  });

  it.each(coreNames.flatMap((name) => [`${name}.md`, `${name}.ko.md`]))(
    '%s declares what the code declares',
    (page) => {
      const name = page.split('.')[0];
      const rows = [
        ...read(`docs/strategies/${page}`).matchAll(/^\| `(\w+)` \| `([\w-]+)` \| `(\w+)`(, \S+)? \|/gm),
      ];
      const written = rows.map(([, operation, contention, use, isDefault]) => [
        operation,
        contention,
        use,
        isDefault !== undefined,
      ]);
      const declared = cores
        .filter((core) => core.name === name)
        .map(({ operation, contention, use, isDefault }) => [operation, contention, use, isDefault]);
      expect(written).toEqual(declared);
    },
  );

  it.each(['README.md', 'README.ko.md'])('%s names the defaults and every strategy', (page) => {
    const text = read(`docs/strategies/${page}`);
    const named = cores.filter(({ isDefault }) => isDefault);
    expect(named).toHaveLength(Object.keys(operations).length);
    for (const { operation, name } of named) {
      expect(text).toMatch(new RegExp(`^\\| \`${operation}\` \\| \\[\`${name}\`\\]`, 'm'));
    }
    for (const name of [...coreNames, ...wrapperNames])
      expect(text).toMatch(new RegExp(`\\(${name}(\\.ko)?\\.md\\)`));
  });

  it.each([...coreNames, ...wrapperNames])('%s draws two requests meeting', (name) => {
    for (const page of [`${name}.md`, `${name}.ko.md`]) {
      const [diagram, ...others] = blocksOf(read(`docs/strategies/${page}`), 'mermaid');
      expect(diagram).toMatch(/^sequenceDiagram\n/);
      expect(others).toEqual([]);
    }
  });
});

describe('the two languages', () => {
  const pairs = documents()
    .filter((path) => path.endsWith('.ko.md'))
    .map((path) => [path.replace(/\.ko\.md$/, '.md'), path] as const);

  it.each(pairs)('%s and its translation have the same headings and commands', (english, korean) => {
    const [one, other] = [read(english), read(korean)];
    expect(headingLevels(other)).toEqual(headingLevels(one));
    for (const language of ['sh', 'ts', 'sql'])
      expect(blocksOf(other, language)).toEqual(blocksOf(one, language));
  });
});

describe('every document', () => {
  it.each(documents())('%s links to what there is', (path) => {
    const targets = [...withoutBlocks(read(path)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
    const broken = targets
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [file = '', anchor] = target.split('#');
        const linked = file === '' ? path : join(dirname(path), file);
        if (!existsSync(join(ROOT, linked))) return true;
        return anchor !== undefined && !anchorsOf(read(linked)).has(decodeURIComponent(anchor));
      });
    expect(broken).toEqual([]);
  });

  it('names npm scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const named = documents().flatMap((path) => {
      const found = read(path).matchAll(/\bnpm (?:run (?:-\S+ )*([\w:-]+)|(start|test)\b)/g);
      return [...found].map(([, script, short]) => `${path}: ${script ?? short}`);
    });
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((line) => scripts[line.split(': ')[1]!] === undefined)).toEqual([]);
  });

  it('names files of the project that there are', () => {
    const named = documents().flatMap((path) =>
      [...read(path).matchAll(/`((?:src|test|docs|migrations|demo|web)\/[\w./-]+\.\w+)`/g)].map(
        ([, file]) => `${path}: ${file}`,
      ),
    );
    expect(
      named.filter(
        (line) => !statSync(join(ROOT, line.split(': ')[1]!), { throwIfNoEntry: false })?.isFile(),
      ),
    ).toEqual([]);
  });
});

describe.each(['docs/http-api.md', 'docs/http-api.ko.md'])('%s', (path) => {
  it('lists every route, and no other', () => {
    const routes = readdirSync(join(ROOT, 'src/http/routes'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => read(`src/http/routes/${entry.name}/route.ts`))
      .flatMap((source) => [
        ...source.matchAll(/method: '([A-Z]+)',\s+url: '([^']+)',\s+(schema: \{ hide: true \})?/g),
      ])
      .filter(([, , , hidden]) => hidden === undefined)
      .map(([, method, url]) => `${method} ${url}`);
    const listed = [...read(path).matchAll(/^\| `([A-Z]+ \/\S+)` \|/gm)].map(([, route]) => route!);
    expect(listed.sort()).toEqual(routes.sort());
  });
});

describe.each(['docs/configuration.md', 'docs/configuration.ko.md'])('%s', (path) => {
  it('lists every option of the service with its variable, flag and default', () => {
    const rows = read(path)
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.replaceAll('`', '').trim()));
    const written = rows.map(([, variable, flag, fallback]) => [variable, flag, fallback].join(' '));
    const specs = Object.entries<OptionSpec<unknown>>(COMMAND_OPTIONS.serve);
    const options = specs.map(([name, spec]) =>
      [spec.env, spec.exposure === 'secret' ? '' : flagOf(name), defaultOf(spec)].join(' '),
    );
    expect(written).toEqual(expect.arrayContaining(options));
  });
});

describe('docs/decisions', () => {
  it('has an index of every record, in order', () => {
    const records = markdownIn('docs/decisions').filter((name) => name !== 'README.md');
    const listed = [...read('docs/decisions/README.md').matchAll(/^\| \[(\d{4})\]\((\S+)\)/gm)];
    expect(listed.map(([, , file]) => file)).toEqual(records.sort());
    for (const [, number, file] of listed) {
      expect(file!.startsWith(`${number}-`)).toBe(true);
      expect(read(`docs/decisions/${file}`).startsWith(`# ${number} `), file).toBe(true);
    }
  });
});

describe('docs/analysis', () => {
  it('defines every decision and claim that code and documents cite', () => {
    const ids = [
      ...[1, 2, 3, 4, 5].map((n) => `D${n}`),
      ...Array.from({ length: 12 }, (_, i) => `C${i + 1}`),
    ];
    for (const page of ['docs/analysis.md', 'docs/analysis.ko.md']) {
      const headings = [...read(page).matchAll(/^### (\w+)$/gm)].map(([, id]) => id);
      expect(headings).toEqual(ids);
    }
  });
});

/** The rows of the table under this head, a cell each. */
function tableUnder(text: string, head: RegExp): readonly string[][] {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => head.test(line));
  const length = lines.slice(first).findIndex((line) => !line.startsWith('|'));
  return lines.slice(first + 2, first + length).map((line) => line.split('|').map((cell) => cell.trim()));
}

function figure(value: number): string {
  return value.toFixed(value >= 10 ? 1 : 2);
}

/** The summary of the committed run that a document names. */
function runOf(text: string, kind: string): unknown {
  const [directory] = new RegExp(`results/${kind}-[\\d-]+`).exec(text)!;
  return JSON.parse(read(`docs/${directory}/summary.json`)) as unknown;
}

describe.each(['docs/benchmark.md', 'docs/benchmark.ko.md'])('the figures of %s', (path) => {
  const text = read(path);

  it('are those of the committed benchmark', () => {
    const { verdicts } = runOf(text, 'bench') as {
      verdicts: {
        floor: number;
        aim: number;
        bound: string;
        ratioSpread: { median: number; min: number; max: number; values: unknown[] };
      }[];
    };
    const rows = tableUnder(text, /^\| (workload \| against|작업 \| 비교 대상) \|/);
    expect(rows.map(([, , , ratio]) => ratio)).toEqual(
      verdicts.map(({ ratioSpread: { median, min, max, values } }) =>
        values.length > 1 ? `${figure(median)}× (${figure(min)}–${figure(max)})` : `${figure(median)}×`,
      ),
    );
    expect(rows.map(([, , , , floor, aim]) => [floor, aim])).toEqual(
      verdicts.map(({ floor, aim, bound }) => {
        const sign = bound === 'at least' ? '≥' : '≤';
        return [`${sign} ${floor}`, `${sign} ${aim}`];
      }),
    );
  });

  it('in prose are those of the committed run, too', () => {
    const [directory] = /results\/bench-[\d-]+/.exec(text)!;
    const table = read(`docs/${directory}/table.txt`);
    const { machine } = JSON.parse(read(`docs/${directory}/manifest.json`)) as {
      machine: { cores: number; loadBefore: number };
    };
    expect(text).toContain(String(machine.loadBefore));
    const told = [...table.matchAll(/\(A\/A\): ([+-][\d.]+) %/g)].map(([, share]) =>
      share!.replace('-', '−'),
    );
    expect(told.length).toBeGreaterThan(0);
    for (const share of told) expect(text).toContain(`${share} %`);
    const slices = read(`docs/${directory}/slices.jsonl`)
      .trim()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as { readonly audit: { readonly clean: boolean; readonly auditMs: number } },
      );
    // This run stored a sample that was not audited as clean, after no time.
    const audited = slices.filter(({ audit }) => audit.auditMs > 0);
    for (const count of [slices.length, audited.length, slices.length - audited.length]) {
      expect(text).toMatch(new RegExp(`\\b${count}\\D`));
    }
    expect(slices.every(({ audit }) => audit.clean)).toBe(true);
  });
});

describe.each(['README.md', 'README.ko.md'])('the figures of %s', (path) => {
  it('are those of the committed benchmark', () => {
    const text = read(path);
    const { verdicts } = runOf(text, 'bench') as {
      verdicts: { name: string; ratioSpread: { median: number } }[];
    };
    const median = new Map(verdicts.map(({ name, ratioSpread }) => [name, ratioSpread.median]));
    const figures = [...text.matchAll(/\*\*([\d.]+)(?:×|배)\*\*/g)].map(([, ratio]) => ratio);
    expect(figures).toEqual([
      median.get('hot-wallet')!.toFixed(1),
      median.get('on-sale-1-seat')!.toFixed(1),
      median.get('payments')!.toFixed(1),
      median.get('crowd')!.toFixed(0),
    ]);
  });
});

it("the benchmark's chart is drawn from the committed run (else npm run benchmark-chart)", () => {
  expect(read('docs/benchmark.svg')).toBe(benchmarkChart('en'));
  expect(read('docs/benchmark.ko.svg')).toBe(benchmarkChart('ko'));
});

describe.each(['docs/lab.md', 'docs/lab.ko.md'])('the figures of %s', (path) => {
  const text = read(path);

  it('are those of the committed measurement of the claims', () => {
    const { claims } = runOf(text, 'lab-claims') as {
      claims: { id: string; verdict: string; findings: unknown }[];
    };
    const rows = tableUnder(text, /^\| \| (claim|주장) \|/);
    expect(rows.map(([, id]) => id)).toEqual(claims.map(({ id }) => id));
    for (const [, id, , , measured = '', verdict = ''] of rows) {
      const claim = claims.find((each) => each.id === id)!;
      const known = new Set(numbersIn(claim).flatMap((value) => [figure(value), figure(value * 100)]));
      const told = [...measured.matchAll(/[\d.]+/g)].map(([number]) => figure(Number(number)));
      expect(told.length, id).toBeGreaterThan(0);
      expect(
        told.filter((number) => !known.has(number)),
        `${id}: ${measured}`,
      ).toEqual([]);
      expect(['holds', '성립'].includes(verdict), id).toBe(claim.verdict === 'holds');
    }
  });
});

/** Every number in it, however deep. */
function numbersIn(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(numbersIn);
}

describe.each(['docs/locking-guide.md', 'docs/locking-guide.ko.md'])('the figures of %s', (path) => {
  it('are all in the committed measurement of the claims', () => {
    const text = read(path);
    const known = new Set(
      numbersIn(runOf(text, 'lab-claims')).flatMap((value) => [figure(value), figure(value * 100)]),
    );
    // Numbers that name something: a claim, a run, a version, a core.
    const told = [
      ...text
        .replaceAll(/results\/[\w-]+|PostgreSQL 18|[CD]\d+/g, '')
        .matchAll(/(?<![\w.])\d+(?:\.\d+)?(?!\w)/g),
    ];
    expect(told.length).toBeGreaterThan(20);
    expect(told.map(([number]) => number).filter((number) => !known.has(figure(Number(number))))).toEqual([]);
  });
});

describe.each(['docs/box-office.md', 'docs/box-office.ko.md'])('the page speeds of %s', (path) => {
  it('are those of the committed run', () => {
    const measured = tableUnder(read('docs/results/page-speed/table.md'), /^\| page \|/);
    const told = tableUnder(read(path), /^\| (page|화면) \| LCP/);
    expect(measured.length).toBe(3);
    expect(told.map((cells) => cells.slice(2))).toEqual(measured.map((cells) => cells.slice(2)));
  });
});

describe('the cost table of docs/group-execution.md', () => {
  it('is that of the committed count', () => {
    const counted = read('docs/results/group-costs/table.txt')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => {
        const [, what = '', ...numbers] = /^(.+?)\s{2,}(.+)$/.exec(line)!;
        const [size, statements, updates, , indexes, wal] = numbers.join(' ').trim().split(/\s+/).map(Number);
        return {
          what,
          size: size!,
          statements: statements!,
          updates: updates!,
          indexes: indexes!,
          wal: wal!,
        };
      });
    const rows = tableUnder(read('docs/group-execution.md'), /^\| per winner, at a group size of \|/);
    /** The row of the page that begins so, as numbers. */
    const row = (start: string, nth = 0): string[] =>
      rows.filter(([, head]) => head!.startsWith(start))[nth]!.slice(2, 6);
    const of = (what: string, value: 'statements' | 'indexes' | 'wal'): number[] =>
      counted.filter((line) => line.what.startsWith(what)).map((line) => line[value]);
    // The run was counted before the operation had its present name: its top-ups come first.
    const [oneWallet = '', aWalletEach = ''] = new Set(counted.map(({ what }) => what));
    const numbers = (cells: readonly string[]): number[] =>
      cells.map((cell) => Number(cell.replace(',', '')));
    expect(numbers(row('`topUp`'))).toEqual(of(oneWallet, 'statements'));
    expect(numbers(row('`hold`'))).toEqual(of('hold', 'statements'));
    expect(numbers(row('`pay`'))).toEqual(of('pay', 'statements'));
    expect(numbers(row('bytes of WAL', 1))).toEqual(of('hold', 'wal'));
    expect(numbers(row('bytes of WAL', 2))).toEqual(of('pay', 'wal'));
    expect(row('bytes of WAL').map((cell) => cell.split(' / ').map(Number))).toEqual(
      of(oneWallet, 'wal').map((wal, i) => [wal, of(aWalletEach, 'wal')[i]]),
    );
    expect([row('index writes'), row('index writes', 1), row('index writes', 2)].map(numbers)).toEqual([
      of(oneWallet, 'indexes'),
      of('hold', 'indexes'),
      of('pay', 'indexes'),
    ]);
  });
});

describe('ARCHITECTURE.md', () => {
  it('shows the statements as they are sent', () => {
    const statements = new Map(declaredStatements().map(({ name, text }) => [name, squeezed(text)]));
    const blocks = blocksOf(read('ARCHITECTURE.md'), 'sql');
    expect(blocks.length).toBeGreaterThan(0);
    for (const block of blocks) {
      const [, name = '', text = ''] = /^-- (\w+)\n([^]*)$/.exec(block) ?? [];
      expect(squeezed(text), name).toBe(statements.get(name));
    }
  });
});
