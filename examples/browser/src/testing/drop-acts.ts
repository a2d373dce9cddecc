import type { Page, Worker } from 'playwright';
import { inject } from 'vitest';
import { tickWhenAsked } from './page-acts';

/** A file to be dropped or chosen. */
export interface TestFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Drops files on the page, as a hand would. */
export async function dropFiles(page: Page, files: readonly TestFile[]): Promise<void> {
  const encoded = files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString('base64')] as const);
  const transfer = await page.evaluateHandle((given) => {
    const data = new DataTransfer();
    for (const [name, text] of given) {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      data.items.add(new File([bytes], name));
    }
    return data;
  }, encoded);
  await page.dispatchEvent('#drop-zone', 'drop', { dataTransfer: transfer });
}

/** Chooses files in the labelled input. */
export const chooseFiles = (page: Page, files: readonly TestFile[]): Promise<void> =>
  page.getByLabel('Choose files').setInputFiles(
    files.map(({ name, bytes }) => ({
      name,
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(bytes),
    })),
  );

/** Until all figures of a model are there. What has just been asked for is drawn with the next frame: not those before it. */
export async function untilMeasured(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
  await page.locator('#drop-columns:not([hidden]) #drop-busy', { hasText: /^Done$/ }).waitFor();
}

/** Until the page complains, and what it says. */
export async function complaintOf(page: Page): Promise<string> {
  await page.locator('#drop-complaint').waitFor();
  return (await page.locator('#drop-complaint-text').textContent()) ?? '';
}

/**
 * Unless with `--whole`, gives workers of a page a clock that is soon through, those that come, too: timing is most of what
 * they compute.
 */
export async function hurry(page: Page): Promise<void> {
  if (inject('whole')) return;
  // One that packs may be gone before it is told.
  const hasten = (worker: Worker) => worker.evaluate(tickWhenAsked).catch(() => {});
  page.on('worker', hasten);
  await Promise.all(page.workers().map(hasten));
}

/** Sets a slider as a hand would. */
export const keep = (page: Page, percent: number): Promise<void> =>
  page.getByLabel('Keep', { exact: true }).fill(String(percent));

/** What a click on a button saves, by name. */
export async function saved(page: Page, button: string, files: number): Promise<Map<string, Buffer>> {
  const downloads: Promise<[string, Buffer]>[] = [];
  const all = new Promise<void>((resolve) => {
    page.on('download', (download) => {
      downloads.push(
        (async () => {
          const parts: Buffer[] = [];
          for await (const part of await download.createReadStream()) parts.push(part as Buffer);
          return [download.suggestedFilename(), Buffer.concat(parts)];
        })(),
      );
      if (downloads.length === files) resolve();
    });
  });
  await page.getByRole('button', { name: button, exact: true }).click();
  await all;
  page.removeAllListeners('download');
  return new Map(await Promise.all(downloads));
}
