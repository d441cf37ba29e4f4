/**
 * Pictures of every page, at 390 and 1440 pixels, light and dark: `npm run screenshots [-- DIRECTORY]`.
 *
 * Starts a service of its own with the demo's concerts, lets a small crowd buy in one of them, and goes through the
 * pages as a buyer and as an operator. The language is Korean; with ROWLOCK_LANGUAGE=en it is English.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import type { ServiceClient } from './service-client.ts';
import { createServiceClient } from './service-client.ts';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const LANGUAGE = process.env['ROWLOCK_LANGUAGE'] === 'en' ? 'en' : 'ko';
const BUYERS = 150;
const PERFORMANCE = 'starlight-2030-03-01';
const STADIUM = 'comet-2030-06-15';
const NOT_YET = 'starlight-2030-03-03';
const BUYER = 'quiet-otter-42';
