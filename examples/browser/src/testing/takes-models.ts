import { readModelFile } from '@synaprune/examples-kit/ocr/model/model-file';
import { pruneOnnx } from '@synaprune/onnx';
import { shrinkOnnx } from '@synaprune/onnx-shrink';
import { unpack } from '@synaprune/sparse';
import { decodeTfjs, pruneTfjs } from '@synaprune/tfjs-files';
import type { Page } from 'playwright';
import { beforeAll, expect, it } from 'vitest';
import { audit } from './audit';
import {
  chooseFiles,
  complaintOf,
  dropFiles,
  hurry,
  keep,
  saved,
  type TestFile,
  untilMeasured,
} from './drop-acts';
import { nothingToPrune, onnxModel, tfjsModel, twoFiles, unknownOperator } from './models';
import type { OpenBrowser } from './open-browser';
import { rowsOf } from './page-acts';

const PLACE = '?task=digits&backend=cpu&steps=10&batch=1#drop';

/** Tests the half of the page that takes models. */
export function takesModels(opened: () => OpenBrowser): void {
  let page: Page;

  beforeAll(async () => {
    page = await opened().open(PLACE);
    // What is made of the layers comes later, and would make the same again with other zeros.
    await page.evaluate(() => {
      document.querySelector<HTMLInputElement>('#drop-by-layer')!.checked = false;
    });
  });

  const figures = async (): Promise<Map<string, string[]>> =>
    new Map((await rowsOf(page, 'drop-figures')).map(([row = '', ...cells]) => [row, cells]));

  it('has nothing that axe objects to and no column off the screen, without a model', async () => {
    await page.getByRole('button', { name: 'Try it with a small one' }).waitFor();
    await audit(page, 800);
  });

  it('prunes the model that comes with it, and hands over the very bytes that the library makes', async () => {
    await page.getByRole('button', { name: 'Try it with a small one' }).click();
    await untilMeasured(page);
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.locator('#drop-layers-hint', { hasText: 'Stopped before it was through.' }).waitFor();
    expect(await page.locator('#drop-name').textContent()).toBe('text-orientation');
    const dense = readModelFile('ch_ppocr_mobile_v2.0_cls_infer.onnx');
    const { model } = await pruneOnnx(dense, { sparsity: 0.3 });
    const shown = await figures();
    // It is run on drawn lines of text, which it is made for.
    expect(await page.locator('#drop-tiles').textContent()).toMatch(/Answers as before[\d.]+\u00a0%/);
    expect(shown.get('File')).toEqual(['579\u00a0kB', '579\u00a0kB', '1.00\u00a0×']);
    expect(shown.get('A run')?.[0]).toMatch(/^[\d.,]+\u00a0ms$/);
    expect(shown.get('Same answers')?.[1]).toMatch(/^\d+ of 16$/);
    const files = await saved(page, 'Download the model', 1);
    expect(Buffer.compare(files.get('text-orientation.pruned.onnx')!, model)).toBe(0);
    const packed = await saved(page, 'Download it packed', 1);
    const back = await unpack(new Uint8Array(packed.get('text-orientation.synp')!), { kind: 'onnx' });
    expect(Buffer.compare(Buffer.from(back), Buffer.from(model))).toBe(0);
  });

  it('shows what was asked for last, however fast the slider moves, and says so', async () => {
    // From here on nobody looks at times.
    await hurry(page);
    await dropFiles(page, [{ name: 'pictures.onnx', bytes: onnxModel() }]);
    await page.locator('#drop-name', { hasText: 'pictures' }).waitFor();
    for (const percent of [60, 40, 20, 50]) await keep(page, percent);
    await page.locator('#drop-tiles', { hasText: 'Weights zero50\u00a0%' }).waitFor();
    await untilMeasured(page);
    expect(await page.locator('#drop-status').textContent()).toMatch(
      /^Keeping 50\u00a0%: .* packed, .*\u00a0% agreement, on noise,/,
    );
    const { model } = await pruneOnnx(onnxModel(), { sparsity: 0.5 });
    const files = await saved(page, 'Download the model', 1);
    expect(Buffer.compare(files.get('pictures.pruned.onnx')!, model)).toBe(0);
    expect(await page.locator('#drop-run-hint').textContent()).toContain(
      'Agreement on noise is a hint and no more',
    );
    // The figure itself says so: alone it would be taken for one of what the model was made for.
    expect(await page.locator('#drop-tiles').textContent()).toMatch(
      /Answers as before, on noise[\d.]+\u00a0%/,
    );
  });

  it('cuts channels, which makes the file smaller', async () => {
    await page.getByLabel('Smaller: whole channels, cut out').check();
    await page.locator('#drop-tiles', { hasText: 'Channels gone' }).waitFor();
    await untilMeasured(page);
    const { model } = shrinkOnnx(onnxModel(), { keep: 0.5, multipleOf: 8 });
    const files = await saved(page, 'Download the model', 1);
    expect(Buffer.compare(files.get('pictures.pruned.onnx')!, model)).toBe(0);
    await page.getByLabel('Zeros: single weights, pruned').check();
    await untilMeasured(page);
  });

  it('says what each layer bears, once the figures are there', async () => {
    // 'Look again' alone may still be of the channels, which were looked into before.
    await page.locator('#drop-layers .drop-bears').nth(2).waitFor();
    await page.locator('#drop-scan-button', { hasText: 'Look again' }).waitFor();
    const rows = await rowsOf(page, 'drop-layers');
    expect(rows.map(([layer]) => layer).sort()).toEqual(['first.weight', 'head.weight', 'second.weight']);
    for (const [, , , bears] of rows) expect(bears).toMatch(/^(< )?\d\d\u00a0%$/);
  });

  it('keeps more where less is borne, and as many zeros in all', async () => {
    await page.getByLabel('Keep more where less is borne').check();
    await untilMeasured(page);
    const files = await saved(page, 'Download the model', 1);
    const made = new Uint8Array(files.get('pictures.pruned.onnx')!);
    const global = await pruneOnnx(onnxModel(), { sparsity: 0.5 });
    const { report } = await pruneOnnx(made, { sparsity: 0 });
    expect(report.total.zeros.before).toBe(global.report.total.zeros.after);
    expect(Buffer.compare(Buffer.from(made), Buffer.from(global.model))).not.toBe(0);
    await page.getByLabel('Keep more where less is borne').uncheck();
    await untilMeasured(page);
  });

  it('takes a model of TensorFlow.js, its files chosen together', async () => {
    await chooseFiles(page, tfjsModel());
    await page.locator('#drop-facts', { hasText: 'TensorFlow.js layers model' }).waitFor();
    await untilMeasured(page);
    expect((await figures()).get('Agreement')?.[1]).toMatch(/^[\d.]+\u00a0%$/);
    const [json, ...shards] = tfjsModel();
    const before = decodeTfjs(
      json!.bytes,
      Object.fromEntries(shards.map(({ name: path, bytes }) => [path, bytes])),
    );
    const { report } = await pruneTfjs(before, { sparsity: 0.5 });
    const files = await saved(page, 'Download the model', 1 + shards.length);
    const { 'model.json': text, ...rest } = Object.fromEntries(files);
    const after = decodeTfjs(
      new Uint8Array(text!),
      Object.fromEntries(Object.entries(rest).map(([path, bytes]) => [path, new Uint8Array(bytes)])),
    );
    const again = await pruneTfjs(after, { sparsity: 0 });
    expect(again.report.total.zeros.before).toBe(report.total.zeros.after);
  });

  const text = (words: string) => new TextEncoder().encode(words);
  const model = onnxModel();
  it.each<[string, readonly TestFile[], RegExp]>([
    ['no model', [{ name: 'notes.txt', bytes: text('shopping') }], /^“notes\.txt”: no model is in it\./],
    ['nothing to prune', [{ name: 'a.onnx', bytes: nothingToPrune() }], /^There is nothing in “a” to prune:/],
  ])('says in words what is wrong with %s, and what to do', async (_, files, words) => {
    await dropFiles(page, files);
    await page.locator('#drop-complaint-text', { hasText: words }).waitFor();
  });

  it('opens a model in two files, and hands it over as one', async () => {
    await dropFiles(page, twoFiles());
    await page.locator('#drop-name', { hasText: 'two' }).waitFor();
    await untilMeasured(page);
    const [file] = (await saved(page, 'Download the model', 1)).values();
    expect(file!.length).toBe(model.length);
  });

  it('prunes what the runtime cannot run, and says why it does not', async () => {
    await dropFiles(page, [{ name: 'wonder.onnx', bytes: unknownOperator() }]);
    await page.locator('#drop-name', { hasText: 'wonder' }).waitFor();
    await untilMeasured(page);
    expect(await page.locator('#drop-run-hint').textContent()).toMatch(
      /^Not run: ONNX Runtime cannot run this model: it does not know the operator .*Wonder/,
    );
    expect((await figures()).get('Gzipped')?.[1]).toMatch(/B$/);
  });

  it('goes on when the worker dies, and opens the model again', async () => {
    await dropFiles(page, [{ name: 'pictures.onnx', bytes: model }]);
    await page.locator('#drop-name', { hasText: 'pictures' }).waitFor();
    await untilMeasured(page);
    await page.workers()[0]!.evaluate(() => {
      setTimeout(() => {
        throw new Error('out of memory');
      });
    });
    expect(await complaintOf(page)).toMatch(
      /^The work on this model ended before its time.* The page goes on/,
    );
    await page.getByRole('button', { name: 'Open it again' }).click();
    await page.locator('#drop-complaint').waitFor({ state: 'hidden' });
    await untilMeasured(page);
  });

  it('has nothing that axe objects to and no column off the screen, with a model', async () => {
    await page.locator('#drop-scan-button', { hasText: 'Look again' }).waitFor();
    await audit(page, 800);
  });

  it('prunes and counts bytes in a browser without WebAssembly', async () => {
    page = await opened().open(PLACE);
    await page.route('**/assets/worker-*.js', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: `delete globalThis.WebAssembly;${await answer.text()}` });
    });
    await dropFiles(page, [{ name: 'pictures.onnx', bytes: model }]);
    await page.locator('#drop-name', { hasText: 'pictures' }).waitFor();
    await untilMeasured(page);
    expect(await page.locator('#drop-run-hint').textContent()).toMatch(
      /^Not run: This browser has no WebAssembly/,
    );
    expect((await figures()).get('Packed')?.[1]).toMatch(/B$/);
  });
}
