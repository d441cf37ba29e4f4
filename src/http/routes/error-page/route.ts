import { readFile } from 'node:fs/promises';
import { REFUSALS } from '../../../domain/outcomes.ts';
import type { App } from '../../app.ts';
import { asksForHtml } from '../../pages.ts';
import { sendProblem } from '../../answers/problem.ts';
import { errorPageSchema } from './schema.ts';

const PAGES = new URL('../../../../docs/errors/', import.meta.url);

export function errorPageRoute(app: App): void {
  app.route({
    method: 'GET',
    url: '/errors/:outcome',
    schema: errorPageSchema,
    config: { access: 'public', refusals: ['not_found'] },
    handler: async (request, reply) => {
      const page = await pageOf(request.params.outcome);
      if (page === undefined) return sendProblem(reply, 'not_found', { detail: 'Unknown outcome.' });
      reply.header('cache-control', 'public, max-age=3600').header('vary', 'accept');
      const asHtml = asksForHtml(request);
      reply.type(asHtml ? 'text/html; charset=utf-8' : 'text/markdown; charset=utf-8');
      return asHtml ? htmlOf(request.params.outcome, page) : page;
    },
  });
}

/** The page of a known outcome; no other name becomes part of a path. */
async function pageOf(outcome: string): Promise<string | undefined> {
  if (!REFUSALS.some((refusal) => refusal.code === outcome)) return undefined;
  try {
    return await readFile(new URL(`${outcome}.md`, PAGES), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function htmlOf(title: string, markdown: string): string {
  const escaped = markdown.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${title}</title><pre>${escaped}</pre></html>\n`;
}
