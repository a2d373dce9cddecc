import { unpack } from '@synaprune/sparse';
import { loadModel } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { bearsWithBrowsers } from './testing/bears-with-browsers';
import { type DownloadedModel, download, downloadModel, handlerOf } from './testing/downloaded-model';
import { measureContrasts } from './testing/measure-contrasts';
import { CHROMIUM, inBrowser, type OpenBrowser, openBrowser } from './testing/open-browser';
import {
  atStep,
  layersOf,
  noticeOf,
  overflow,
  progressOf,
  rowsOf,
  startAndFinish,
  timePredictions,
  until,
  useColours,
} from './testing/page-acts';
import { showsRun } from './testing/shows-run';
import { takesModels } from './testing/takes-models';

describe.skipIf(CHROMIUM === undefined)(inBrowser('the page'), () => {
  let browser: OpenBrowser;
  let uninterrupted: DownloadedModel;
  /** Where it was trained. */
  let trained: Page;
  const PHONE = { width: 360, height: 740 };
  const RUN = '?task=digits&backend=wasm&steps=30&batch=32&target=80&seed=2';

  beforeAll(async () => {
    browser = await openBrowser(CHROMIUM!, inject('whole') ? 'all' : 'few');
  });
  afterAll(async () => {
    await browser?.close();
    // Whatever else a test looked at.
    expect(browser?.problems).toEqual([]);
  });

  it('prunes to exactly the target, and what it hands over loads with the zeros that its table counts', async () => {
    const page = await browser.open(RUN, PHONE);
    trained = page;
    await until(page, 'Start training');
    expect(await overflow(page)).toBe(0);
    expect(await page.locator('#time').getAttribute('aria-disabled')).toBe('true');
    expect(await page.locator('#worth-text').textContent()).toMatch(
      /^Start the training, and at its end this page tells/,
    );
    expect(await page.locator('#moment').isDisabled()).toBe(true);
    await startAndFinish(page);
    expect(await progressOf(page)).toBe('Step 30 of 30');
    expect(await page.locator('#device-hint').textContent()).toBe('In use: WebAssembly.');
    const layers = await layersOf(page);
    expect([...layers.keys()]).toEqual(['first/kernel', 'second/kernel', 'output/kernel']);
    const kept = [...layers.values()].reduce((sum, layer) => sum + layer.kept, 0);
    // 784·128 + 128·64 + 64·10 = 109,184 weights, of which 80 % = 87,347 are dropped.
    expect(kept).toBe(109_184 - 87_347);

    uninterrupted = await downloadModel(page);
    await tf.setBackend('cpu');
    const { model, saved } = await loadModel(handlerOf(uninterrupted));
    expect(saved.steps).toBe(30);
    for (const variable of model.weights) {
      const layer = layers.get(variable.originalName);
      if (layer === undefined) continue;
      const zeros = (await variable.read().data()).filter((value) => value === 0).length;
      expect({ weight: variable.originalName, zeros }).toEqual({
        weight: variable.originalName,
        zeros: layer.elements - layer.kept,
      });
    }
    model.dispose();

    // The same weights, bit for bit, in fewer bytes than gzip leaves of them.
    const packed = await download(page, 'model.synp');
    const { weightData } = await unpack(new Uint8Array(packed), { kind: 'tfjs' });
    expect(Buffer.from(weightData as ArrayBuffer).equals(Buffer.from(uninterrupted.weights))).toBe(true);
    const kilobytes = (text = '') => Number.parseFloat(text);
    const bytes = new Map(
      (await rowsOf(page, 'bytes')).map(([file, , atTheEnd]) => [file, kilobytes(atTheEnd)]),
    );
    expect(bytes.get('packed')).toBeCloseTo(packed.length / 1000, 1);
    const files = ['weights.bin', 'gzipped', 'packed', 'packed in 8 bits'].map((file) => bytes.get(file)!);
    expect(files).toEqual([...files].sort((a, b) => b - a));
    const [, , , eighths = []] = await rowsOf(page, 'result');
    expect(eighths[0]).toBe('Pruned, in 8 bits');
    expect(eighths[3]).toMatch(/^\d+\.\d\u00a0%$/);
  });

  it.each(['light', 'dark'] as const)(
    'fits a narrow phone after it has trained, as before, and is legible in %s colours',
    async (colorScheme) => {
      const page = trained;
      await useColours(page, colorScheme);
      expect(await overflow(page)).toBe(0);
      const contrasts = await page.evaluate(measureContrasts);
      for (const [pair, contrast] of Object.entries(contrasts)) {
        expect([pair, contrast >= (pair.startsWith('text') ? 4.5 : 3)]).toEqual([pair, true]);
      }
    },
  );

  showsRun(() => trained);

  it('times predictions dense and accelerated, until the model changes', async () => {
    const page = trained;
    const rows = await timePredictions(page);
    expect(rows.map(([batch]) => batch)).toEqual(['1', '64']);
    for (const [, ...cells] of rows) {
      expect(cells.map((cell) => cell.replace(/[\d.,]+\u00a0/, ''))).toEqual(['ms', 'ms', '×']);
    }
    expect((await rowsOf(page, 'kernels')).map(([layer]) => layer)).toEqual(['first', 'second', 'output']);
    expect(await page.locator('#times-text').textContent()).toMatch(
      /^Through accelerate of @synaprune\/tfjs it predicts one at a time .* and 64 at once .*; no output moves/,
    );
    expect(await page.locator('#times-hint').textContent()).toMatch(/^Timed on WebAssembly\. /);
    expect(await page.getByRole('status').textContent()).toMatch(/^Accelerated, a prediction of 1 is /);
    expect(await overflow(page)).toBe(0);
    await page.getByRole('button', { name: 'Reset' }).click();
    await until(page, 'Start training');
    expect(await page.locator('#times').isVisible()).toBe(false);
    expect(await page.locator('#time').getAttribute('aria-disabled')).toBe('true');
  });

  it('goes on in a new tab where one was closed in the middle, with its twin, and ends with the very bytes of a run that never stopped', async () => {
    const closed = await browser.open(RUN);
    await until(closed, 'Start training');
    // Past the first masks, which come at a third.
    await atStep(closed, 13, 'pause');
    await closed.locator('#go').click();
    await until(closed, 'Resume');
    const [paused, layers] = [await progressOf(closed), await layersOf(closed)];
    expect(paused).toMatch(/^Step \d\d of 30$/);

    const page = await closed.context().newPage();
    await closed.close();
    await page.goto(closed.url());
    await until(page, 'Resume');
    expect(await progressOf(page)).toBe(paused);
    expect(await layersOf(page)).toEqual(layers);
    expect(await page.locator('#history tbody tr').count()).toBe(12);
    await page.locator('#go').click();
    await until(page, 'Train again');
    expect(await progressOf(page)).toBe('Step 30 of 30');
    expect(await page.locator('#worth-figures').isVisible()).toBe(true);

    const resumed = await downloadModel(page);
    expect(Buffer.from(resumed.weights).equals(Buffer.from(uninterrupted.weights))).toBe(true);
    expect(resumed.model.userDefinedMetadata).toEqual(uninterrupted.model.userDefinedMetadata);

    await page.reload();
    await until(page, 'Train again');
    await page.getByRole('button', { name: 'Reset' }).click();
    await until(page, 'Start training');
    await page.reload();
    await until(page, 'Start training');
    await page.close();
  });

  // Devices that are lost are met on WebGL, and training on WebGPU in Chromium by the packages that do it.
  describe.runIf(inject('whole'))('on WebGPU', () => {
    let page: Page;
    beforeAll(async () => {
      page = await browser.open('?task=digits&backend=webgpu&steps=10&batch=8&target=50', undefined, () => {
        const request = GPUAdapter.prototype.requestDevice;
        GPUAdapter.prototype.requestDevice = async function (...given) {
          const device = await request.apply(this, given);
          Object.assign(window, { lastDevice: device });
          return device;
        };
      });
    });

    it('trains and says so', async () => {
      await startAndFinish(page);
      expect(await page.locator('#device-hint').textContent()).toBe('In use: WebGPU.');
      const kept = [...(await layersOf(page)).values()].reduce((sum, layer) => sum + layer.kept, 0);
      expect(kept).toBe(109_184 / 2);
    });

    it('times predictions where tensors are in main memory', async () => {
      await timePredictions(page);
      expect(await page.locator('#times-hint').textContent()).toMatch(
        /^Timed on WebAssembly, both ways: on WebGPU, where it trains,/,
      );
      expect(await page.locator('#device-hint').textContent()).toMatch(/^In use: WebGPU/);
    });

    it('trains on WebGPU again, stops when the device is lost, and goes on with another', async () => {
      await page.getByRole('button', { name: 'Train again' }).click();
      await until(page, 'Pause');
      expect(await page.locator('#device-hint').textContent()).toBe('In use: WebGPU.');
      await atStep(page, 2, 'loseWebgpu');
      await until(page, 'Resume');
      expect(await noticeOf(page)).toMatch(/^WebGPU was lost at step \d+/);
      expect(await page.locator('#device-hint').textContent()).toMatch(
        /^In use: WebAssembly\. Not WebGPU: it was lost; reload the page to use it again\./,
      );
      await page.locator('#go').click();
      await until(page, 'Train again');
      expect(await progressOf(page)).toBe('Step 10 of 10');
    });
  });

  it('says why it uses no better device than it does', async () => {
    const page = await browser.open('');
    await until(page, 'Start training');
    expect(await page.locator('#device-hint').textContent()).toMatch(
      /^In use: WebAssembly\. Not WebGPU: only emulated here, which is slower\. Not WebGL: only emulated/,
    );
    // What drivers call themselves is there for who unfolds it.
    expect(await page.locator('#device-says').isVisible()).toBe(false);
    expect(await page.locator('#device-says').textContent()).toMatch(
      /^WebGPU calls itself .+\.WebGL calls itself .+\.$/,
    );
  });

  it('stops when a graphics device is lost, keeps what was saved, and goes on with another', async () => {
    const page = await browser.open(
      '?task=digits&backend=webgl&steps=10&batch=8&target=50',
      undefined,
      () => {
        const open = OffscreenCanvas.prototype.getContext as (...given: unknown[]) => unknown;
        OffscreenCanvas.prototype.getContext = function (this: OffscreenCanvas, ...given: unknown[]) {
          const context = open.apply(this, given);
          if (given[0] === 'webgl2') Object.assign(window, { lastContext: context });
          return context;
        } as typeof OffscreenCanvas.prototype.getContext;
      },
    );
    await until(page, 'Start training');
    await page.locator('#go').click();
    await until(page, 'Pause');
    await atStep(page, 1, 'loseWebgl');
    await until(page, 'Resume');
    expect(await noticeOf(page)).toMatch(
      /^WebGL was lost at step \d+\. The run is kept as it was at step \d+\. Resume goes on with WebAssembly;/,
    );
    await page.locator('#go').click();
    await until(page, 'Train again');
    expect(await progressOf(page)).toBe('Step 10 of 10');
    // The browser itself reports the loss that was forced on it.
    const forced = browser.problems.findIndex((problem) => /CONTEXT_LOST_WEBGL/.test(problem));
    if (forced >= 0) browser.problems.splice(forced, 1);
  });

  it('is worked with the keyboard alone, and keeps the focus where it was', async () => {
    const page = await browser.open('?task=forecast&backend=wasm&steps=30&batch=16&target=50');
    await until(page, 'Start training');
    const focused = () => page.evaluate(() => document.activeElement?.id);
    const tabTo = async (id: string, key = 'Tab') => {
      for (let presses = 0; presses < 20 && (await focused()) !== id; presses += 1) {
        await page.keyboard.press(key);
      }
      expect(await focused()).toBe(id);
    };
    await tabTo('target');
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('slider', { name: 'Target sparsity' }).inputValue()).toBe('51');
    await tabTo('steps');
    await page.keyboard.press('Control+a');
    // Enough of them that a key pressed from here finds the run under way.
    await page.keyboard.type('40');
    await tabTo('go', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await until(page, 'Pause');
    await page.keyboard.press('Space');
    await until(page, 'Resume');
    expect(await focused()).toBe('go');
    expect(await page.getByRole('status').textContent()).toMatch(/^Paused at step \d+ of 40\./);
    await page.keyboard.press('Enter');
    await until(page, 'Train again');
    expect(await focused()).toBe('go');
    expect(await page.getByRole('status').textContent()).toMatch(/^Finished after 40 steps\. Test error \d+/);
    for (const role of ['banner', 'main', 'contentinfo'] as const) {
      expect(await page.getByRole(role).count()).toBe(1);
    }
    for (const label of ['Task', 'Steps', 'Batch size', 'Trains on']) {
      expect(await page.getByLabel(label, { exact: true }).count()).toBe(1);
    }
    for (const picture of await page.getByRole('img').all()) {
      expect(await picture.getAttribute('aria-label')).toMatch(/\w+ .*\d/);
    }
  });

  bearsWithBrowsers(() => browser);

  describe('where a model is dropped', () => takesModels(() => browser));
});
