/** compose.yaml is valid, starts with no default secret, and lets no service write or keep a right that it does not need. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DEPLOY } from './proxy.ts';
import { describeWith } from './tools.ts';

const VARIABLES = {
  ROWLOCK_SITE: 'tickets.example.com',
  POSTGRES_PASSWORD: 'f00ba4',
  ROWLOCK_JWT_SECRET: 'a secret of the tests, 32 bytes and more',
  ROWLOCK_TICKET_KEYS: '{"keys":[]}',
  ROWLOCK_OIDC_ISSUER: 'https://id.example.com',
  ROWLOCK_OIDC_CLIENT_ID: 'rowlock',
  ROWLOCK_OIDC_CLIENT_SECRET: 'the secret of a client',
  ROWLOCK_OIDC_ROLES: 'groups:ticket-admins=rowlock:admin',
};

function configured(variables: Readonly<Record<string, string>>): {
  readonly problem: string;
  /** By the service's name, its part of the configuration. */
  readonly services: ReadonlyMap<string, string>;
} {
  const { PATH = '' } = process.env;
  const file = join(DEPLOY, 'compose.yaml');
  const { status, stdout, stderr } = spawnSync('docker-compose', ['-f', file, 'config'], {
    encoding: 'utf8',
    env: { PATH, ...variables },
  });
  if (status !== 0) return { problem: stderr, services: new Map() };
  const [, text = ''] = /^services:\n((?: .*\n)*)/m.exec(stdout) ?? [];
  const parts = [...text.matchAll(/^ {2}(\S+):\n((?: {4}.*\n)*)/gm)];
  return { problem: '', services: new Map(parts.map(([, name = '', part = '']) => [name, part])) };
}

describeWith({ 'docker-compose': 'docker-compose' })('deploy/compose.yaml', () => {
  it('is valid', () => {
    const { problem, services } = configured(VARIABLES);
    expect(problem).toBe('');
    expect(services.size).toBe(6);
  });

  it.each(Object.keys(VARIABLES))('does not start without %s', (name) => {
    expect(configured({ ...VARIABLES, [name]: '' }).problem).toContain('Missing mandatory value');
  });

  it('leads people to the issuer and back to the public name', () => {
    const part = configured(VARIABLES).services.get('service-1');
    expect(part).toContain('ROWLOCK_OIDC_ISSUER: https://id.example.com\n');
    expect(part).toContain('ROWLOCK_PUBLIC_URL: https://tickets.example.com\n');
  });

  it('lets the services write nothing', () => {
    const { services } = configured(VARIABLES);
    for (const name of ['service-1', 'service-2', 'migrate']) {
      expect(services.get(name)).toContain('    read_only: true\n');
      expect(services.get(name)).toContain('    cap_drop:\n    - ALL\n');
    }
  });

  it('publishes the proxy alone', () => {
    const { services } = configured(VARIABLES);
    const open = [...services].filter(([, part]) =>
      /^ {4}- published:|^ {4}ports:\n {4}- (?!127\.)/m.test(part),
    );
    expect(open.map(([name]) => name)).toEqual(['proxy']);
  });

  it('keeps the durability of the database', () => {
    const part = configured(VARIABLES).services.get('database');
    for (const setting of ['fsync=on', 'synchronous_commit=on', 'full_page_writes=on'])
      expect(part).toContain(setting);
  });
});
