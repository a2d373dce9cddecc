import type { Page } from 'playwright';
import { inject } from 'vitest';

/** Until the session is as far: the name of the large button says what it is doing. */
export async function until(page: Page, label: string): Promise<void> {
  await page.locator('#go', { hasText: label }).waitFor();
}

/** A whole run, from the first button to the last. */
export async function startAndFinish(page: Page): Promise<void> {
  await until(page, 'Start training');
  await page.locator('#go').click();
  await until(page, 'Train again');
}

/**
 * Does something in the page as soon as a run has come to a step. The page itself looks: seen from here, a fast run
 * would be over before it was told.
 */
export async function atStep(
  page: Page,
  step: number,
  act: 'pause' | 'loseWebgl' | 'loseWebgpu',
): Promise<void> {
  await page.evaluate(
    ([least, what]) => {
      const { lastContext, lastDevice } = window as unknown as {
        lastContext: WebGL2RenderingContext;
        lastDevice: GPUDevice;
      };
      const acts = {
        pause: () => document.querySelector<HTMLButtonElement>('#go')!.click(),
        loseWebgl: () => lastContext.getExtension('WEBGL_lose_context')!.loseContext(),
        loseWebgpu: () => lastDevice.destroy(),
      };
      const progress = document.querySelector('#progress-text')!;
      new MutationObserver((_, observer) => {
        if (Number(/^Step (\d+) of/.exec(progress.textContent ?? '')?.[1] ?? 0) < least) return;
        observer.disconnect();
        acts[what]();
      }).observe(progress, { childList: true, characterData: true, subtree: true });
    },
    [step, act] as const,
  );
}

export const progressOf = (page: Page): Promise<string | null> =>
  page.locator('#progress-text').textContent();
export const noticeOf = (page: Page): Promise<string | null> => page.locator('#notice-text').textContent();

/** Runs in a page or a worker: its clock then ticks when it is asked, and a budget of seconds is soon spent. */
export function tickWhenAsked(): void {
  let told = 1e9;
  Object.assign(performance, {
    now() {
      told += 20;
      return told;
    },
  });
}

/** Times predictions, by a clock of its own unless with `--whole`, and answers the rows of what came of it. */
export async function timePredictions(page: Page): Promise<string[][]> {
  if (!inject('whole')) await page.evaluate(tickWhenAsked);
  await page.locator('#time').click();
  await page.locator('#time', { hasText: 'Time again' }).waitFor();
  return rowsOf(page, 'times');
}

/** The cells of a table's body. */
export const rowsOf = (page: Page, table: string): Promise<string[][]> =>
  page
    .locator(`#${table} tbody tr`)
    .evaluateAll((lines) => lines.map((line) => [...line.children].map((cell) => cell.textContent ?? '')));

/** Cells of the layer table by weight: elements and kept. */
export async function layersOf(page: Page): Promise<Map<string, { elements: number; kept: number }>> {
  const rows = await rowsOf(page, 'layers');
  const number = (text: string) => Number(text.replaceAll(',', ''));
  return new Map(
    rows.map(([weight = '', , elements = '', kept = '']) => [
      weight,
      { elements: number(elements), kept: number(kept) },
    ]),
  );
}

/** How many weights the pictures of the masks show as dropped just now. */
export const freshOf = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const swatch = getComputedStyle(document.querySelector('.swatch.fresh')!).backgroundColor;
    const fresh = (swatch.match(/\d+/g) ?? []).join();
    return [...document.querySelectorAll<HTMLCanvasElement>('#masks canvas')].reduce((sum, canvas) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let found = 0;
      for (let at = 0; at < data.length; at += 4) {
        if (data.subarray(at, at + 3).join() === fresh) found += 1;
      }
      return sum + found;
    }, 0);
  });

/** How many pixels the page is wider than its window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Shows a page in a theme. Colours on their way from one theme to the other are no one's. */
export async function useColours(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
}
