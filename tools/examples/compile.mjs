// @ts-check
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
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

/** @type {ts.CompilerOptions} */
const options = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
  types: ['node'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  // An example without imports is a module too, with names of its own.
  moduleDetection: ts.ModuleDetectionKind.Force,
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
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
  const paths = examples.map((example) => {
    const path = join(sources, `${moduleName(example)}.ts`);
    // Empty lines before the code make line numbers those of the documentation.
    writeFileSync(path, '\n'.repeat(example.line - 1) + example.code);
    return path;
  });
  const program = ts.createProgram(paths, {
    ...options,
    rootDir: sources,
    outDir: modules,
    typeRoots: [typesFolder],
  });
  const files = paths.map((path) => program.getSourceFile(path));
  const recorder = createPrintRecorder();
  program.emit(undefined, undefined, undefined, false, { before: [recorder.transformer] });
  return examples.map((example, i) => {
    const source = files[i];
    const diagnostics = source ? ts.getPreEmitDiagnostics(program, source) : [];
    return {
      example,
      path: join(modules, `${moduleName(example)}.js`),
      errors: diagnostics.map((diagnostic) => describeDiagnostic(diagnostic, example)),
      prints: recorder.printsOf(paths[i] ?? ''),
    };
  });
}

/** @param {ts.Diagnostic} diagnostic @param {Example} example */
function describeDiagnostic({ file, start, messageText, code }, example) {
  const text = ts.flattenDiagnosticMessageText(messageText, '\n');
  const line =
    file && start !== undefined ? file.getLineAndCharacterOfPosition(start).line + 1 : example.line;
  return `${example.file}:${line} ${text} (TS${code})`;
}

/** @param {Example} example */
function moduleName({ file, line }) {
  return `${file.replace(/[^a-z0-9]+/gi, '-')}-${line}`;
}
