// @ts-check
/* What a user can import: every entry of every public package, and the names it exports. */
import { join } from 'node:path';
import ts from 'typescript';
import { readPublicPackages, root } from '../check/workspace.mjs';

/**
 * @typedef {object} Entry
 * @property {string} name as it is imported: `@synaprune/core/checks`
 * @property {string} folder of its package, from the root
 * @property {string} source absolute path
 * @property {boolean} first whether it is what the package's own name imports
 */

/** @returns {Entry[]} */
export function readEntries() {
  return readPublicPackages().flatMap(({ folder, path, manifest }) =>
    Object.entries(manifest.exports ?? {}).flatMap(([key, value]) => {
      const built = builtFile(value);
      if (built === undefined) return [];
      const source = join(path, built.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts'));
      return [{ name: manifest.name + key.slice(1), folder, source, first: key === '.' }];
    }),
  );
}

/**
 * The compiler's settings that let all packages be read as one program, each import led to the other's source.
 *
 * @param {readonly Entry[]} entries
 */
export function programOptions(entries) {
  return {
    target: 'ES2022',
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules', '@types')],
    module: 'NodeNext',
    moduleResolution: 'NodeNext',
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
    paths: Object.fromEntries(entries.map(({ name, source }) => [name, [source]])),
  };
}

/**
 * The names of each entry, as TypeScript finds them.
 *
 * @param {readonly Entry[]} entries
 * @param {import('typescript').Program} program
 * @returns {Map<string, string[]>} by the entry's name
 */
export function publicNames(entries, program) {
  const checker = program.getTypeChecker();
  return new Map(
    entries.map(({ name, source }) => {
      const file = program.getSourceFile(source);
      const symbol = file && checker.getSymbolAtLocation(file);
      if (symbol === undefined) throw new Error(`needs a module in ${source}, got none`);
      return [
        name,
        checker.getExportsOfModule(symbol).map((one) => ts.unescapeLeadingUnderscores(one.escapedName)),
      ];
    }),
  );
}

/** @param {unknown} value of a package's `exports` @returns {string | undefined} its built file, or none for data */
function builtFile(value) {
  const path = typeof value === 'string' ? value : /** @type {{ default?: unknown }} */ (value)?.default;
  return typeof path === 'string' && path.endsWith('.js') ? path : undefined;
}
