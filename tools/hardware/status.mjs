// @ts-check
import { steps } from './steps.mjs';

/**
 * How the program ends: 1 where something failed, 0 where something passed on a GPU, else 3.
 *
 * @param {Readonly<Record<string, import('./steps.mjs').Outcome>>} outcomes by the names of the steps
 * @param {boolean} hardware whether it was a GPU that gave WebGPU
 * @returns {0 | 1 | 3}
 */
export function statusOf(outcomes, hardware) {
  const all = Object.entries(outcomes);
  if (all.some(([, { state }]) => state === 'failed')) return 1;
  const onGpu = all.some(
    ([name, { state, gpu }]) => state === 'passed' && (steps[name]?.webgpu ? hardware : gpu),
  );
  return onGpu ? 0 : 3;
}
