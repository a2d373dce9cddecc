// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { readWorkspaces } from '../check/workspace.mjs';

/**
 * An import as written in a source file.
 *
 * @typedef {object} Import
 * @property {string | undefined} specifier undefined when it is computed, so that nobody can tell
 * @property {string} file relative to the package's folder
 * @property {number} line from 1
 * @property {boolean} test in a file that is not built: a test, or something only tests use
 */

/**
 * @typedef {object} Member
 * @property {string} folder `packages/core`
 * @property {string} path absolute
 * @property {string} name the package's name; the folder where it has none
 * @property {Partial<import('../check/workspace.mjs').Manifest>} manifest
 * @property {Import[]} imports
 */

const sourceFile = /\.(?:[cm]?[jt]s|[jt]sx)$/;
const testFile =
  /(?:\.test|\.test-d|\.bench)\.[cm]?[jt]sx?$|(?:^|\/)(?:testing|fixtures)\/|\.config\.[cm]?[jt]s$/;
const skippedFolders = new Set(['node_modules', 'dist', '.turbo', '.results', 'out']);

/**
 * Everything in a tree that can depend on something, with what its sources really import.
 *
 * @param {string} tree
 * @returns {Member[]}
 */
export function readEdges(tree) {
  const members = readWorkspaces(tree).map(({ folder, path, manifest }) => ({
    folder,
    path,
    name: manifest.name ?? folder,
    manifest,
    imports: readImports(path),
  }));
  const consumers = join(tree, 'integrations');
  if (existsSync(consumers)) {
    members.push({
      folder: 'integrations',
      path: consumers,
      name: 'integrations',
      manifest: /** @type {any} */ ({}),
      imports: readImports(consumers),
    });
  }
  return members;
}

/** @param {string} folder */
function readImports(folder) {
  return listSources(folder).flatMap((path) => {
    const file = relative(folder, path).replaceAll('\\', '/');
    const test = testFile.test(file);
    return importsIn(readFileSync(path, 'utf8'), file).map((found) => ({ ...found, file, test }));
  });
}

/**
 * Static and dynamic imports, re-exports, `import('x').T` types, `require` and `import.meta.resolve`, mocks,
 * `/// <reference types>`, and `/// <reference lib>` as `lib:name`.
 *
 * @param {string} text
 * @param {string} fileName
 * @returns {{ specifier: string | undefined, line: number }[]}
 */
export function importsIn(text, fileName) {
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
  /** @type {{ specifier: string | undefined, line: number }[]} */
  const found = [];
  const add = (/** @type {ts.Node} */ where, /** @type {ts.Node | undefined} */ specifier) => {
    const known = specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : undefined;
    const { line } = source.getLineAndCharacterOfPosition(where.getStart(source));
    found.push({ specifier: known, line: line + 1 });
  };
  for (const { fileName: types, pos } of source.typeReferenceDirectives) {
    found.push({ specifier: types, line: source.getLineAndCharacterOfPosition(pos).line + 1 });
  }
  for (const { fileName: lib, pos } of source.libReferenceDirectives) {
    found.push({ specifier: `lib:${lib}`, line: source.getLineAndCharacterOfPosition(pos).line + 1 });
  }
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node, node.moduleSpecifier);
    else if (ts.isExternalModuleReference(node)) add(node, node.expression);
    else if (ts.isImportTypeNode(node)) {
      add(node, ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined);
    } else if (ts.isModuleDeclaration(node) && ts.isStringLiteral(node.name)) add(node, node.name);
    else if (ts.isCallExpression(node) && loadsModule(node.expression)) add(node, node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** @param {ts.Expression} callee */
function loadsModule(callee) {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  const name = callee.getText();
  return ['require', 'require.resolve', 'import.meta.resolve', 'vi.importActual'].includes(name);
}

/** @param {string} folder @returns {string[]} */
function listSources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : listSources(path);
    return sourceFile.test(entry.name) ? [path] : [];
  });
}
