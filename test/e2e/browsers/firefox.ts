/** Debian's Firefox over WebDriver BiDi, which it speaks by itself (https://w3c.github.io/webdriver-bidi/). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'undici';
import type { Driven } from './driven.ts';
import { findProgram } from './driven.ts';

export const NO_FIREFOX = 'no Firefox on the PATH (Debian: apt-get install firefox-esr)';

export const findFirefox = (): string | undefined => findProgram('firefox-esr', 'firefox');

/** Nothing but the tests' pages is loaded, and English is spoken. */
const PREFERENCES = {
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.aboutConfig.showWarning': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'intl.accept_languages': 'en-GB',
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'toolkit.telemetry.server': '',
  'ui.prefersReducedMotion': 1,
} as const;

interface Connection {
  send<T>(method: string, params: object): Promise<T>;
  close(): void;
}

interface Evaluated {
  readonly type: 'success' | 'exception';
  readonly result?: { readonly type: string; readonly value?: string };
  readonly exceptionDetails?: { readonly text: string };
}

/** Without a screen and with a profile of its own, which is gone when it is closed. */
export async function launchFirefox(): Promise<Driven> {
  const program = findFirefox();
  if (program === undefined) throw new Error(NO_FIREFOX);
  const profile = await mkdtemp(join(tmpdir(), 'rowlock-firefox-'));
  const lines = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`,
  );
  await writeFile(join(profile, 'user.js'), lines.join(''));
  const args = [
    '--headless',
    '--no-remote',
    '--profile',
    profile,
    '--remote-debugging-port',
    '0',
    'about:blank',
  ];
  // Its home is the profile: it refuses a home that belongs to another user, as root may have.
  const firefox = spawn(program, args, {
    env: { ...process.env, HOME: profile },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(firefox, 'exit');
  const end = async (): Promise<void> => {
    firefox.kill('SIGKILL');
    await ended;
    // Its child processes may still write for a moment.
    await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  };
  try {
    const connection = await connect(`${await addressOf(firefox.stderr)}/session`);
    await connection.send('session.new', { capabilities: {} });
    const { contexts } = await connection.send<{
      readonly contexts: readonly { readonly context: string }[];
    }>('browsingContext.getTree', {});
    return drive(connection, contexts[0]!.context, end);
  } catch (error) {
    await end();
    throw error;
  }
}

function drive(connection: Connection, context: string, end: () => Promise<void>): Driven {
  return {
    name: 'Firefox',
    go: (url) => connection.send('browsingContext.navigate', { context, url, wait: 'complete' }),
    async read<T>(expression: string): Promise<T> {
      const evaluated = await connection.send<Evaluated>('script.evaluate', {
        expression: `JSON.stringify(${expression}) ?? 'null'`,
        target: { context },
        awaitPromise: true,
      });
      if (evaluated.type === 'exception') throw new Error(evaluated.exceptionDetails?.text);
      return JSON.parse(evaluated.result?.value ?? 'null') as T;
    },
    perform: (actions) => connection.send('input.performActions', { context, actions }),
    async close() {
      connection.close();
      await end();
    },
  };
}

/** It prints its address once it listens. */
function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    output.setEncoding('utf8');
    output.on('data', (text: string) => {
      printed += text;
      const address = /WebDriver BiDi listening on (ws:\S+)/.exec(printed)?.[1];
      if (address !== undefined) resolve(address);
    });
    output.on('end', () => reject(new Error(`Firefox ended: ${printed}`)));
  });
}

async function connect(url: string): Promise<Connection> {
  const socket = new WebSocket(url);
  const waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error(`no connection to ${url}`)));
  });
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as { id?: number; type: string; result: never; message?: string };
    const asked = waiting.get(answer.id ?? -1);
    waiting.delete(answer.id ?? -1);
    if (answer.type === 'success') asked?.resolve(answer.result);
    else asked?.reject(new Error(answer.message));
  });
  socket.addEventListener('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('Firefox has gone'));
  });
  let id = 0;
  return {
    send: (method, params) =>
      new Promise((resolve, reject) => {
        id += 1;
        waiting.set(id, { resolve, reject });
        socket.send(JSON.stringify({ id, method, params }));
      }),
    close: () => socket.close(),
  };
}
