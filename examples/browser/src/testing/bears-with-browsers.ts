import type { Page } from 'playwright';
import { beforeAll, describe, expect, it } from 'vitest';
import type { OpenBrowser } from './open-browser';
import { noticeOf, progressOf, startAndFinish, until } from './page-acts';

/** Tests what the page does in browsers that lack something. */
export function bearsWithBrowsers(opened: () => OpenBrowser): void {
  describe('without WebAssembly and graphics, and with full storage', () => {
    let page: Page;

    beforeAll(async () => {
      page = await opened().open('?task=digits&steps=10&batch=8&target=50', undefined, () => {
        Reflect.deleteProperty(globalThis, 'WebAssembly');
        Reflect.deleteProperty(Navigator.prototype, 'gpu');
        const open = HTMLCanvasElement.prototype.getContext as (...given: unknown[]) => unknown;
        HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...given: unknown[]) {
          return String(given[0]).startsWith('webgl') ? null : open.apply(this, given);
        } as typeof HTMLCanvasElement.prototype.getContext;
        const put = IDBObjectStore.prototype.put;
        let writes = 0;
        IDBObjectStore.prototype.put = function (...given) {
          writes += 1;
          // The run as it began still finds room.
          if (writes > 1) throw new DOMException('full', 'QuotaExceededError');
          return put.apply(this, given);
        };
      });
    });

    it('trains, prunes and reads', async () => {
      await startAndFinish(page);
      expect(await page.locator('#device-hint').textContent()).toBe(
        'In use: plain JavaScript. Not WebGPU: this browser has none. Not WebGL: this browser has none, or it is switched off. Not WebAssembly: this browser has none.',
      );
      expect(await page.locator('#reads-pruned').textContent()).toMatch(/^\d$/);
    });

    it('says that there is no room, trains on, and leaves what was saved', async () => {
      expect(await progressOf(page)).toBe('Step 10 of 10');
      expect(await noticeOf(page)).toBe(
        'There is no room left to store the run in this browser. Training goes on; a reload finds the run as it was at step 0. Make room, and the next save tries again.',
      );
      await page.reload();
      await until(page, 'Resume');
      expect(await progressOf(page)).toBe('Step 0 of 10');
    });
  });

  it('says in words what it cannot do, and does the rest', async () => {
    const page = await opened().open('?backend=webgl&steps=3&task=digits&speed=9', undefined, () => {
      const open = HTMLCanvasElement.prototype.getContext as (...given: unknown[]) => unknown;
      HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...given: unknown[]) {
        return String(given[0]).startsWith('webgl') ? null : open.apply(this, given);
      } as typeof HTMLCanvasElement.prototype.getContext;
      Object.defineProperty(IDBFactory.prototype, 'open', {
        value() {
          throw new DOMException('not allowed here', 'SecurityError');
        },
      });
    });
    await until(page, 'Start training');
    const notice = await noticeOf(page);
    expect(notice).toContain('steps needs to be a whole number from 10 to 20000, got “3”');
    expect(notice).toContain('speed means nothing here');
    expect(notice).toContain('WebGL cannot be used: this browser has none');
    expect(notice).toContain('does not let the page store anything (not allowed here)');
    expect(await page.locator('#device-hint').textContent()).toMatch(/^In use: (WebAssembly|WebGPU)/);
    expect(await page.locator('#notice-text li').count()).toBe(4);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    expect(await page.locator('#notice').isVisible()).toBe(false);
  });
}
