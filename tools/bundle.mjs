// @ts-check
import { rolldown } from 'rolldown';
import { root } from './check/workspace.mjs';

/**
 * Bundles a page for a browser.
 *
 * @param {string} source of its entry
 * @returns {Promise<{ entry: string[], later: string[], code: string }>} names of the packages whose code is in the entry
 *   and what it imports, and of those in chunks that are loaded later; the code of the entry
 * @param {{ minify?: boolean }} [options]
 */
export async function bundle(source, { minify = false } = {}) {
  const page = '\0page';
  const bundled = await rolldown({
    input: page,
    cwd: root,
    platform: 'browser',
    logLevel: 'silent',
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
    return {
      entry: packagesOf(chunks.filter((chunk) => first.has(chunk))),
      later: packagesOf(chunks.filter((chunk) => !first.has(chunk))),
      code: output[0].code,
    };
  } finally {
    await bundled.close();
  }
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
