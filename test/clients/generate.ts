/** Makes clients from the OpenAPI document, by two makers, and compiles programs that use them. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { generateSource } from 'oazapfts';
import { generateApi } from 'swagger-typescript-api';
import type { Maker } from './purchase.ts';

const run = promisify(execFile);
const COMPILER = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));

/** What the compiler asks of a careful client's project, without the rules that no maker keeps. */
const COMPILER_OPTIONS = {
  strict: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  target: 'es2022',
  module: 'nodenext',
  types: ['node'],
  rewriteRelativeImportExtensions: true,
};

const MAKERS: Readonly<Record<Maker, (documentFile: string) => Promise<string>>> = {
  oazapfts: (documentFile) => generateSource(documentFile, {}),
  'swagger-typescript-api': async (documentFile) => {
    const { files } = await generateApi({
      input: documentFile,
      output: false,
      silent: true,
      httpClientType: 'fetch',
    });
    return files.map(({ fileContent }) => fileContent).join('\n');
  },
};

/** Generates the client into the folder and compiles the program with it. Throws what the compiler finds. */
export async function compileProgram(
  maker: Maker,
  program: string,
  document: string,
  folder: string,
): Promise<string> {
  const documentFile = join(folder, 'openapi.json');
  await writeFile(documentFile, document);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS }));
  await writeFile(join(folder, 'client.ts'), await MAKERS[maker](documentFile));
  await writeFile(join(folder, 'purchase.ts'), program);
  try {
    await run(COMPILER, ['-p', folder]);
  } catch (error) {
    throw new Error((error as { readonly stdout: string }).stdout, { cause: error });
  }
  return join(folder, 'purchase.js');
}

/** Runs a compiled program and reads the JSON that it prints. */
export async function runProgram(file: string, ...given: readonly string[]): Promise<unknown> {
  const { stdout } = await run(process.execPath, [file, ...given]);
  return JSON.parse(stdout);
}
