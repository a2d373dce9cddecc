// @ts-check
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { scriptOf } from '../check/command.mjs';
import { createPrintRecorder } from './prints.mjs';

/** @typedef {import('./extract.mjs').Example} Example */

/**
 * A compiled example.
 *
 * @typedef {object} CompiledExample
 * @property {Example} example
 * @property {string} path of the module to run
 * @property {string[]} errors of the type check, with file and line of the documentation
 * @property {import('./prints.mjs').ExpectedPrint[]} prints
 */

/** As tsconfig.json says it. */
const options = {
  target: 'es2022',
  lib: ['es2023', 'dom'],
  types: ['node'],
  module: 'nodenext',
  // An example without imports is a module too, with names of its own.
  moduleDetection: 'force',
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
  noEmit: true,
};

/**
 * Type-checks all examples in one program and writes each as a module.
 *
 * @param {readonly Example[]} examples
 * @param {string} folder an empty folder from which the packages resolve
 * @param {string} typesFolder the node_modules/@types to take Node's types from
 * @returns {CompiledExample[]}
 */
export function compileExamples(examples, folder, typesFolder) {
  const sources = join(folder, 'source');
  const modules = join(folder, 'modules');
  mkdirSync(sources, { recursive: true });
  mkdirSync(modules, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const example of examples) {
    // Empty lines before the code make line numbers those of the documentation.
    writeFileSync(join(sources, sourceName(example)), '\n'.repeat(example.line - 1) + example.code);
  }
  const errors = checkTypes(sources, typesFolder);
  const known = new Set(examples.map(sourceName));
  const others = [...errors].filter(([file]) => !known.has(file));
  if (others.length > 0) throw new Error(`errors beside the examples: ${JSON.stringify(others)}`);
  return examples.map((example) => {
    const fileName = join(sources, sourceName(example));
    const path = join(modules, `${moduleName(example)}.js`);
    const recorder = createPrintRecorder();
    const { outputText } = ts.transpileModule(readFileSync(fileName, 'utf8'), {
      fileName,
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
      },
      transformers: { before: [recorder.transformer] },
    });
    writeFileSync(path, outputText);
    return {
      example,
      path,
      errors: (errors.get(sourceName(example)) ?? []).map((error) => `${example.file}:${error}`),
      prints: recorder.printsOf(fileName),
    };
  });
}

/**
 * By TypeScript's native compiler, which takes a fifth of the time.
 *
 * @param {string} sources folder of the examples
 * @param {string} typesFolder
 * @returns {Map<string, string[]>} by the name of the file: the line, what is wrong, and its number
 */
function checkTypes(sources, typesFolder) {
  const config = join(sources, 'tsconfig.json');
  const compilerOptions = { ...options, typeRoots: [typesFolder] };
  writeFileSync(config, JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  const tsc = scriptOf('typescript-7.0', 'tsc');
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [tsc, '--singleThreaded', '--pretty', 'false', '-p', config],
    { cwd: sources, encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  if (error !== undefined) throw error;
  /** @type {Map<string, string[]>} */
  const errors = new Map();
  // What goes on in further lines is set in.
  for (const one of stdout.split(/\n(?=\S)/)) {
    const [, file, line, code, text] = /^(.+)\((\d+),\d+\): error (TS\d+): (.+)$/s.exec(one.trimEnd()) ?? [];
    // One that is of no file, of the options say.
    if (file === undefined && one.trim() !== '') throw new Error(`tsc said ${one}`);
    if (file === undefined) continue;
    errors.set(file, [...(errors.get(file) ?? []), `${line} ${text} (${code})`]);
  }
  if (status !== 0 && errors.size === 0) throw new Error(`tsc ended with ${status}\n${stdout}${stderr}`);
  return errors;
}

/** @param {Example} example */
function sourceName(example) {
  return `${moduleName(example)}.ts`;
}

/** @param {Example} example */
function moduleName({ file, line }) {
  return `${file.replace(/[^a-z0-9]+/gi, '-')}-${line}`;
}
