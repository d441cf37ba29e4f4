/** What the documents list is compared with what the code lists, so that neither drifts away from the other. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { strategiesNamed } from '../../src/box-office/strategies.ts';
import { defaultOf, flagOf } from '../../src/commands/options/option.ts';
import type { OptionSpec } from '../../src/commands/options/option.ts';
import { COMMAND_OPTIONS } from '../../src/commands/options/table.ts';
import { declaredStatements } from '../../src/db/statement.ts';
import { REFUSALS } from '../../src/domain/outcomes.ts';
import { RATES } from '../../src/http/edge/limits.ts';
import { exampleOf } from '../../src/http/openapi/problem-examples.ts';
import { TOP_UP_STRATEGIES } from '../../src/operations/top-up/strategies.ts';
import { HOLD_STRATEGIES } from '../../src/operations/hold/strategies.ts';
import { PAY_STRATEGIES } from '../../src/operations/pay/strategies.ts';
import { blocksOf, markdownIn, read, ROOT } from './documents.ts';

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

describe.each(['docs/http-api.md', 'docs/http-api.ko.md'])('%s', (path) => {
  it('says every rate', () => {
    const rows = [...read(path).matchAll(/^\| `([a-z-]+)` \| [^|]+ \| ([\d,]+) \| ([\d,]+) \|$/gm)];
    const written = rows.map(([, name, burst, perSecond]) => [
      name,
      Number(burst!.replaceAll(',', '')),
      Number(perSecond!.replaceAll(',', '')),
    ]);
    const rates = Object.entries(RATES).map(([name, { burst, perSecond }]) => [name, burst, perSecond]);
    expect(written).toEqual(rates);
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
