/* What a page carries: the built packages through a bundler, and the modules it took. */
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';
import { root } from './check/workspace.mjs';

/**
 * Bundles a page for a browser.
 *
 * @param {string} source of its entry
 * @returns {Promise<{ entry: string[], later: string[] }>} names of the packages whose code is in the entry and what it
 *   imports, and of those in chunks that are loaded later
 */
async function bundle(source) {
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
    const { output } = await bundled.generate({ format: 'es' });
    const chunks = output.filter((part) => part.type === 'chunk');
    const first = new Set(chunks.filter((chunk) => chunk.isEntry));
    for (const chunk of first) {
      for (const other of chunks) if (chunk.imports.includes(other.fileName)) first.add(other);
    }
    return {
      entry: packagesOf(chunks.filter((chunk) => first.has(chunk))),
      later: packagesOf(chunks.filter((chunk) => !first.has(chunk))),
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

test('a page with tfjs-core, tfjs-layers and one backend gets nothing else of tfjs with pruning', async () => {
  const { entry, later } = await bundle(`
    import { pruneModel } from '@synaprune/tfjs';
    import { tensor } from '@tensorflow/tfjs-core';
    import { sequential } from '@tensorflow/tfjs-layers';
    import '@tensorflow/tfjs-backend-cpu';
    globalThis.page = [pruneModel, tensor, sequential];
  `);
  expect(entry.filter((name) => name.startsWith('@tensorflow/'))).toEqual([
    '@tensorflow/tfjs-backend-cpu',
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-layers',
  ]);
  expect(entry.filter((name) => name.startsWith('@synaprune/'))).toEqual([
    '@synaprune/core',
    '@synaprune/host',
    '@synaprune/tfjs',
  ]);
  expect(later).toEqual([]);
});

test('a page that prunes in its own loop gets no layers', async () => {
  const { entry } = await bundle(`
    import { createPruner, pruneOptimizer, tfjsBackend } from '@synaprune/tfjs';
    import '@tensorflow/tfjs-backend-cpu';
    globalThis.page = [createPruner, pruneOptimizer, tfjsBackend];
  `);
  expect(entry).toContain('@synaprune/tfjs');
  expect(entry).not.toContain('@tensorflow/tfjs-layers');
});

test('a page that trains ONNX models carries the kernels of WebGPU in a chunk that is loaded later', async () => {
  const { entry, later } = await bundle(`
    import { createTrainer } from '@synaprune/onnxruntime';
    globalThis.page = createTrainer;
  `);
  expect(entry).toContain('@synaprune/onnxruntime');
  expect(entry).toContain('@synaprune/host');
  expect(entry).not.toContain('@synaprune/webgpu');
  expect(later).toContain('@synaprune/webgpu');
});
