// @ts-check
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = createRequire(import.meta.url);

/** The packages that bring libtensorflow, the better one first. */
export const packageNames = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];

/**
 * Loads tfjs-node or tfjs-node-gpu as a user's import would.
 *
 * @param {string} packageName
 * @param {string | object} [binding] takes the place of the package's own tfjs_binding.node: the path of one, or
 *   a stand-in
 * @returns {typeof import('@tensorflow/tfjs')}
 * @throws Error when the package or its native part is missing
 */
export function loadTfjsNode(packageName, binding) {
  if (binding !== undefined) {
    const inside = createRequire(here.resolve(`${packageName}/package.json`));
    const finder = inside('@mapbox/node-pre-gyp/lib/pre-binding');
    finder.find = () => (typeof binding === 'string' ? binding : standInPath(binding));
  }
  return here(packageName);
}

/** A path that exists, and that `require` answers with the stand-in. @param {object} binding */
function standInPath(binding) {
  const path = fileURLToPath(import.meta.url);
  here.cache[path] = /** @type {NodeModule} */ (
    /** @type {unknown} */ ({
      id: path,
      filename: path,
      loaded: true,
      exports: binding,
      children: [],
      paths: [],
    })
  );
  return path;
}
