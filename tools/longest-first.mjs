// @ts-check
import { BaseSequencer } from 'vitest/node';

/**
 * Test files that take a quarter of a minute or more, the longest first. What starts last ends last, and one of these would
 * leave all cores but one idle: Vitest knows sizes of files on a fresh machine, and not times, and sorts projects by name.
 */
const longest = [
  'tools/check/integrations.test.mjs',
  'tools/check/commands.test.mjs',
  'examples/browser/src/page.browser-run.test.ts',
  'research/study/src/main.test.ts',
  'examples/forecast/src/main.test.ts',
  'tools/examples/documentation.test.mjs',
  'packages/onnxruntime/src/trainer/trainer-webgpu.test.ts',
  'research/study/src/execution/queue.test.ts',
  'tools/check/copied-examples.test.mjs',
  'packages/tfjs/src/backend/conformance/cpu.test.ts',
  'packages/tfjs/src/backend/conformance/webgl.browser.test.ts',
  'packages/webgpu/src/conformance.test.ts',
  'packages/onnxruntime/src/trainer/trainer-webgpu.browser.test.ts',
  'tools/check/jax.test.mjs',
  'tools/check/demo.test.mjs',
];

/** Vitest's order, but for the files that take longest. */
export class LongestFirst extends BaseSequencer {
  /** @override @param {import('vitest/node').TestSpecification[]} files */
  async sort(files) {
    /** @param {import('vitest/node').TestSpecification} file */
    const place = ({ moduleId }) => {
      const at = longest.findIndex((path) => moduleId.endsWith(`/${path}`));
      return at < 0 ? longest.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}
