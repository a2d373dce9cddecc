// @ts-check
import { createRequire } from 'node:module';
import { loadTfjsNode, packageNames } from '../load-tfjs-node.mjs';
import { createSimulatedBinding } from '../simulated/binding.mjs';
import { oneLine } from './part.mjs';

/** @typedef {typeof import('@tensorflow/tfjs')} Tfjs */

/**
 * @typedef {object} Library
 * @property {Tfjs} tf
 * @property {string} packageName
 * @property {string} version of the package
 * @property {string} libtensorflow its version, or that it is simulated
 * @property {boolean} gpu
 * @property {boolean} simulated
 */

const here = createRequire(import.meta.url);

/**
 * The first of tfjs-node-gpu and tfjs-node that loads, or why none does.
 *
 * @param {object} choice
 * @param {boolean} [choice.simulated] the stand-in beneath tfjs-node
 * @param {string | undefined} [choice.binding] the path of another tfjs_binding.node
 * @returns {Library | { readonly missing: readonly string[] }}
 */
export function findLibrary({ simulated = false, binding }) {
  /** @type {string[]} */
  const missing = [];
  for (const packageName of packageNames) {
    try {
      const { version } = here(`${packageName}/package.json`);
      const standIn = simulated ? createSimulatedBinding(here('@tensorflow/tfjs')) : binding;
      const tf = loadTfjsNode(packageName, standIn);
      const backend = /** @type {any} */ (tf.backend());
      const libtensorflow = String(backend.binding.TF_Version);
      return { tf, packageName, version, libtensorflow, gpu: backend.isUsingGpuDevice === true, simulated };
    } catch (error) {
      missing.push(`${packageName}: ${reasonOf(error)}`);
    }
  }
  return { missing };
}

/** @param {unknown} error */
function reasonOf(error) {
  const text = oneLine(error);
  if (text.includes('native addon module')) return 'installed without its native part (tfjs_binding.node)';
  return text.startsWith('Cannot find module') ? 'not installed' : text.slice(0, 300);
}

/** What to do where there is no library. @param {readonly string[]} missing */
export function adviceFor(missing) {
  return [
    '# tfjs-node-gpu: skipped, libtensorflow is not installed',
    '',
    ...missing.map((line) => `- ${line}`),
    '',
    'The repository installs no native parts (`ignore-scripts=true` in `.npmrc`). To have one, run in its root:',
    '',
    '- on the CPU: `npm rebuild @tensorflow/tfjs-node --ignore-scripts=false`',
    '- with CUDA: `npm install --no-save --ignore-scripts=false @tensorflow/tfjs-node-gpu@4.22.0`',
    '',
    'Both download libtensorflow. With a `tfjs_binding.node` from elsewhere:',
    '`npm run test:node-gpu -- --binding path/to/tfjs_binding.node`. Without any:',
    '`npm run test:node-gpu -- --simulated` tries this program itself on a stand-in.',
  ];
}
