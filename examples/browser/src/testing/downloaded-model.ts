import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs';
import type { Page } from 'playwright';

/** The two files that the page hands over. */
export interface DownloadedModel {
  readonly model: tf.io.ModelJSON;
  readonly weights: Uint8Array<ArrayBuffer>;
}

/** Presses both buttons, and keeps what comes. */
export async function downloadModel(page: Page): Promise<DownloadedModel> {
  return {
    model: JSON.parse((await download(page, 'model.json')).toString('utf8')) as tf.io.ModelJSON,
    weights: new Uint8Array(await download(page, 'weights.bin')),
  };
}

/** Presses the button that hands over a file, and keeps what comes. */
export async function download(page: Page, name: string, file = name): Promise<Buffer> {
  const [coming] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: `Download ${name}` }).click(),
  ]);
  if (coming.suggestedFilename() !== file) throw new Error(`got ${coming.suggestedFilename()}`);
  return readFile(await coming.path());
}

/** What `tf.loadLayersModel` reads the two files through. */
export function handlerOf({ model, weights }: DownloadedModel): tf.io.IOHandler {
  return {
    load: () =>
      tf.io.getModelArtifactsForJSON(model, async (manifest) => [
        manifest.flatMap((group) => group.weights),
        weights.buffer,
      ]),
  };
}
