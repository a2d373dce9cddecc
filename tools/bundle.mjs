// @ts-check
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { root } from './check/workspace.mjs';

/**
 * A page as a browser gets it.
 *
 * @typedef {object} Bundled
 * @property {string[]} entry names of the packages whose code is in the entry and what it imports
 * @property {string[]} later names of those in chunks that are loaded later
 * @property {string} code of the entry
 * @property {{ entry: number, later: number }} gzipBytes of all chunks that are loaded at once, and of the others
 */

/**
 * Bundles a page for a browser.
 *
 * @param {string} source of its entry
 * @param {{ minify?: boolean, external?: RegExp }} [options] what stays an import
 * @returns {Promise<Bundled>}
 */
export async function bundle(source, { minify = false, external } = {}) {
  const page = '\0page';
  const bundled = await rolldown({
    input: page,
    cwd: root,
    platform: 'browser',
    logLevel: 'silent',
    ...(external === undefined ? {} : { external: [external] }),
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === page ? id : null),
        load: (id) => (id === page ? source : null),
      },
    ],
  });
  try {
    const { output } = await bundled.generate({ format: 'es', minify });
    const chunks = output.filter((part) => part.type === 'chunk');
    const first = new Set(chunks.filter((chunk) => chunk.isEntry));
    for (const chunk of first) {
      for (const other of chunks) if (chunk.imports.includes(other.fileName)) first.add(other);
    }
    const atOnce = chunks.filter((chunk) => first.has(chunk));
    const later = chunks.filter((chunk) => !first.has(chunk));
    return {
      entry: packagesOf(atOnce),
      later: packagesOf(later),
      code: output[0].code,
      gzipBytes: { entry: gzipBytesOf(atOnce), later: gzipBytesOf(later) },
    };
  } finally {
    await bundled.close();
  }
}

/** @param {readonly import('rolldown').OutputChunk[]} chunks */
function gzipBytesOf(chunks) {
  return chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
}

/** @param {readonly import('rolldown').OutputChunk[]} chunks */
function packagesOf(chunks) {
  const modules = chunks.flatMap((chunk) =>
    Object.entries(chunk.modules).flatMap(([id, { renderedLength }]) => (renderedLength > 0 ? [id] : [])),
  );
  return [...new Set(modules.flatMap(packageOf))].sort();
}

/** @param {string} module */
function packageOf(module) {
  const path = module.replaceAll('\\', '/');
  const installed = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
  const own = /.*\/packages\/([^/]+)\/dist\//.exec(path)?.[1];
  return installed ?? (own === undefined ? [] : `@synaprune/${own}`);
}
