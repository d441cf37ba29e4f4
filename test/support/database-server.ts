import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedServer } from '../../src/embedded-server/server.ts';
import { migrate } from '../../src/db/migrate.ts';
import { administer, databaseUrlOf } from './administer.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of a migrated template database on the server that this run uses. */
    templateUrl: string;
  }
}

/**
 * One server for the whole run: the one that DATABASE_URL names, or an embedded one in a temporary directory. Its
 * template database is migrated once; each test file clones it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['DATABASE_URL'];
  const server =
    given === undefined ? await startTemporaryServer() : { url: given, stop: async () => undefined };
  const template = `rowlock_test_${process.pid}_template`;
  await administer(server.url, `drop database if exists ${template}`, `create database ${template}`);
  const templateUrl = databaseUrlOf(server.url, template);
  await migrate(templateUrl);
  project.provide('templateUrl', templateUrl);
  return async () => {
    await administer(server.url, `drop database if exists ${template}`);
    await server.stop();
  };
}

/** Starts a server in a temporary directory, with these settings beside those of every test. */
export async function startTemporaryServer(
  own: Readonly<Record<string, string>> = {},
): Promise<{ url: string; stop: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rowlock-test-'));
  // As root, the server runs as another user, who must be able to enter.
  await chmod(dataDir, 0o711);
  // Durability is tested by the crash tests, on servers of their own; here it would only cost time.
  const settings = {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '300',
    ...own,
  };
  const server = await startEmbeddedServer({ dataDir, settings });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
