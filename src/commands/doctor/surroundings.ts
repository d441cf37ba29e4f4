/** What surrounds the database: its clock, its disk, the network to it. */
import { statfs } from 'node:fs/promises';
import { LEEWAY_SECONDS } from '../../http/edge/tokens/claims.ts';
import type { Client } from '../../lib/pg-client.ts';
import type { Finding } from '../checks/finding.ts';
import { findingsOf } from '../checks/finding.ts';

/** Half the way of a token's leeway is used up by nobody's fault. */
const SKEW_WARN_SECONDS = 1;
const GIB = 1_024 ** 3;
export const DISK_FAIL_BYTES = GIB;
export const DISK_WARN_BYTES = 5 * GIB;

/** Compares the clocks: the moment between sending and receiving, within half the round trip. */
export async function clockFinding(client: Client): Promise<Finding> {
  const sentAt = Date.now();
  const { rows } = await client.query<{ ms: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms',
  );
  const receivedAt = Date.now();
  const uncertaintyMs = (receivedAt - sentAt) / 2;
  return skewFinding(rows[0]!.ms - (sentAt + uncertaintyMs), uncertaintyMs);
}

/** Judges how far the database's clock is ahead of this machine's. */
export function skewFinding(skewMs: number, uncertaintyMs: number): Finding {
  const { ok, warn, fail } = findingsOf('clock');
  const seconds = Math.max(0, Math.abs(skewMs) - uncertaintyMs) / 1_000;
  if (seconds <= SKEW_WARN_SECONDS)
    return ok(`the database's and this machine's agree within ${SKEW_WARN_SECONDS} s`);
  const what = `the database's clock is ${seconds.toFixed(1)} s ${skewMs > 0 ? 'ahead of' : 'behind'} this machine's: let both follow NTP`;
  return seconds > LEEWAY_SECONDS ? fail(`${what}; fresh tokens may be refused`) : warn(what);
}

/** How much room the data directory has, where it is on this machine and the role may know of it. */
export async function diskFinding(client: Client): Promise<Finding> {
  const { skip } = findingsOf('disk');
  if (!isThisMachine(client)) return skip('the database is on another machine: watch its disk there');
  const { rows } = await client.query<{ directory: string }>(
    `select setting as directory from pg_settings where name = 'data_directory'`,
  );
  const directory = rows[0]?.directory;
  if (directory === undefined)
    return skip(
      'the role may not know the data directory: grant pg_monitor to it, or watch the disk yourself',
    );
  const room = await statfs(directory).catch(() => undefined);
  if (room === undefined) return skip(`${directory} cannot be seen from here: watch its disk yourself`);
  return roomFinding(directory, room.bavail * room.bsize);
}

/** Judges the free room of a data directory. A full disk ends the sale: PostgreSQL stops where it cannot write its log. */
export function roomFinding(directory: string, freeBytes: number): Finding {
  const { ok, warn, fail } = findingsOf('disk');
  const what = `${(freeBytes / GIB).toFixed(1)} GiB are free for ${directory}`;
  if (freeBytes < DISK_FAIL_BYTES) return fail(`only ${what}: make room before the sale`);
  return freeBytes < DISK_WARN_BYTES ? warn(`only ${what}: make room, or watch it`) : ok(what);
}

/** Whether the metrics see the transactions of every role: the one that locks a row is usually a person's. */
export async function statisticsFinding(client: Client): Promise<Finding> {
  const { ok, warn } = findingsOf('statistics');
  const { rows } = await client.query<{ role: string; sees: boolean }>(
    `select current_user::text as role, pg_has_role('pg_read_all_stats', 'usage') as sees`,
  );
  const { role = '', sees = false } = rows[0] ?? {};
  return sees
    ? ok('metrics see the transactions of every role')
    : warn(
        `metrics do not see transactions of other roles, so that no alert tells of a row that one of them locks: grant pg_monitor to "${role}"`,
      );
}

/** Whether the way to a database elsewhere is encrypted. */
export async function encryptionFinding(client: Client): Promise<Finding> {
  const { ok, warn } = findingsOf('encryption');
  if (isThisMachine(client)) return ok('the database is on this machine');
  const { rows } = await client.query<{ ssl: boolean }>(
    'select ssl from pg_stat_ssl where pid = pg_backend_pid()',
  );
  return rows[0]?.ssl === true
    ? ok('the connection to the database is encrypted')
    : warn('the connection to the database is not encrypted: add ?sslmode=verify-full to DATABASE_URL');
}

function isThisMachine({ host }: Client): boolean {
  return host === '' || host.startsWith('/') || /^(127\.\d+\.\d+\.\d+|\[?::1\]?|localhost)$/.test(host);
}
