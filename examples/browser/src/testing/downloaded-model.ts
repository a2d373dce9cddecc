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
  const fetch = async (name: string): Promise<Buffer> => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: `Download ${name}` }).click(),
    ]);
    if (download.suggestedFilename() !== name) throw new Error(`got ${download.suggestedFilename()}`);
    return readFile(await download.path());
  };
  return {
    model: JSON.parse((await fetch('model.json')).toString('utf8')) as tf.io.ModelJSON,
    weights: new Uint8Array(await fetch('weights.bin')),
  };
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
