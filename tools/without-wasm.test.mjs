// @ts-check
import { chromium } from 'playwright';
import { expect, test } from 'vitest';
import { bundle } from './bundle.mjs';
import { adviseChromium } from './devices/advice.mjs';
import { findChromium } from './devices/chromium.mjs';
import { thisMachine } from './devices/machine.mjs';

const executablePath = findChromium(thisMachine);
const name = 'a page without WebAssembly prunes by the plain loops';

test.skipIf(executablePath === undefined)(
  executablePath === undefined ? `${name} (no Chromium; ${adviseChromium(thisMachine)})` : name,
  async () => {
    const { code, later } = await bundle(`
      import { constantSparsity, createPruner } from '@synaprune/core';
      import { hostBackend } from '@synaprune/host';
      import { pruneModel } from '@synaprune/tfjs';
      import '@tensorflow/tfjs-backend-cpu';
      import * as tf from '@tensorflow/tfjs-core';
      import { layers, sequential } from '@tensorflow/tfjs-layers';

      globalThis.run = async () => {
        const weight = Float32Array.from({ length: 64 }, (_, i) => i + 1);
        const schedule = constantSparsity(0.75);
        const pruner = createPruner({ backend: hostBackend(), weights: [{ name: 'kernel', weight }], schedule });
        await pruner.update(0);
        await tf.setBackend('cpu');
        const model = sequential({ layers: [layers.dense({ units: 8, inputShape: [4] })] });
        model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
        const { callback } = pruneModel(model, { schedule: constantSparsity(0.5), print: false });
        await model.fit(tf.ones([8, 4]), tf.ones([8, 8]), { epochs: 2, verbose: 0, callbacks: callback });
        const kernel = await model.getWeights()[0].data();
        return {
          webAssembly: typeof WebAssembly,
          kept: [...weight].filter((value) => value !== 0),
          zeros: kernel.filter((value) => Object.is(value, 0)).length,
        };
      };
    `);
    // What saves dense values, which this page does not ask for.
    expect(later).toEqual(['@synaprune/tfjs']);
    const args = ['--js-flags=--jitless', '--disable-dev-shm-usage', '--no-sandbox'];
    const browser = await chromium.launch({
      executablePath: /** @type {string} */ (executablePath),
      args,
      timeout: 0,
    });
    try {
      const page = await browser.newPage();
      await page.addScriptTag({ content: code, type: 'module' });
      await page.waitForFunction('globalThis.run !== undefined', undefined, { timeout: 0 });
      expect(await page.evaluate('globalThis.run()')).toEqual({
        webAssembly: 'undefined',
        kept: Array.from({ length: 16 }, (_, i) => 49 + i),
        zeros: 16,
      });
    } finally {
      await browser.close();
    }
  },
);
