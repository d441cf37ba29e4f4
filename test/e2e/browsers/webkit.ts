/** WebKitGTK's own browser by W3C WebDriver (https://www.w3.org/TR/webdriver2/), on a screen that nobody sees. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Driven } from './driven.ts';
import { findProgram, isExecutable } from './driven.ts';

const NO_WEBKIT = 'no WebKitWebDriver, MiniBrowser or Xvfb (Debian: apt-get install webkit2gtk-driver xvfb)';

interface Programs {
  readonly driver: string;
  readonly browser: string;
  readonly screen: string;
}

async function findWebKit(): Promise<Programs | undefined> {
  const [driver, screen] = [findProgram('WebKitWebDriver'), findProgram('Xvfb')];
  const browser = await findMiniBrowser();
  return driver === undefined || screen === undefined || browser === undefined
    ? undefined
    : { driver, screen, browser };
}

/** Debian puts it below `/usr/lib`, in the directories of the architecture and of WebKitGTK's version. */
async function findMiniBrowser(): Promise<string | undefined> {
  for (const architecture of await namesIn('/usr/lib')) {
    for (const name of await namesIn(join('/usr/lib', architecture))) {
      const file = join('/usr/lib', architecture, name, 'MiniBrowser');
      if (/^webkit2?gtk-/.test(name) && isExecutable(file)) return file;
    }
  }
  return undefined;
}

const namesIn = (directory: string): Promise<readonly string[]> => readdir(directory).catch(() => []);

/** With a home of its own, which is gone when it is closed. */
export async function launchWebKit(): Promise<Driven> {
  const programs = await findWebKit();
  if (programs === undefined) throw new Error(NO_WEBKIT);
  const home = await mkdtemp(join(tmpdir(), 'rowlock-webkit-'));
  const started: ChildProcess[] = [];
  const end = async (): Promise<void> => {
    for (const child of started.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
    await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  };
  try {
    const screen = spawn(
      programs.screen,
      ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'],
      {
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      },
    );
    started.push(screen);
    const [display] = (await once(screen.stdio[3]!, 'data')) as [Buffer];
    const port = await freePort();
    const environment = {
      ...process.env,
      HOME: home,
      XDG_RUNTIME_DIR: home,
      DISPLAY: `:${display.toString().trim()}`,
      GDK_BACKEND: 'x11',
      LANG: 'en_GB.UTF-8',
      // Root has no user namespaces to give to a sandbox, and this screen no graphics card.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
    };
    started.push(spawn(programs.driver, [`--port=${port}`], { env: environment, stdio: 'ignore' }));
    const driver = `http://127.0.0.1:${port}`;
    await listening(driver);
    const options = { binary: programs.browser, args: ['--automation'] };
    const { sessionId } = await ask<{ readonly sessionId: string }>('POST', `${driver}/session`, {
      capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } },
    });
    return drive(`${driver}/session/${sessionId}`, end);
  } catch (error) {
    await end();
    throw error;
  }
}

function drive(session: string, end: () => Promise<void>): Driven {
  return {
    name: 'WebKitGTK',
    go: (url) => ask('POST', `${session}/url`, { url }),
    async read<T>(expression: string): Promise<T> {
      const script = `return JSON.stringify(${expression}) ?? 'null'`;
      return JSON.parse(await ask<string>('POST', `${session}/execute/sync`, { script, args: [] })) as T;
    },
    perform: (actions) => ask('POST', `${session}/actions`, { actions }),
    async close() {
      await ask('DELETE', session).catch(() => undefined);
      await end();
    },
  };
}

async function ask<T>(method: string, url: string, body?: object): Promise<T> {
  const response = await fetch(url, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const { value } = (await response.json()) as { readonly value: T & { readonly message?: string } };
  if (!response.ok) throw new Error(`${method} ${url}: ${value.message ?? response.status}`);
  return value;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(driver: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (
      await fetch(`${driver}/status`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await delay(50);
  }
  throw new Error('WebKitWebDriver does not listen');
}
