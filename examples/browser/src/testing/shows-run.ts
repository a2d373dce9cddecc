import type { Page } from 'playwright';
import { expect, inject, it } from 'vitest';
import { audit } from './audit';
import { download } from './downloaded-model';
import { freshOf, layersOf, noticeOf, rowsOf, until, useColours } from './page-acts';

/**
 * Tests what the page shows of a run.
 *
 * @param finished a page whose run of 30 steps of 32 digits, of seed 2, to 80 % on WebAssembly has ended; it stays so
 */
export function showsRun(finished: () => Page): void {
  it('tells what it was worth, reads what is drawn, goes back through the run and on to 99 %, and can be shared', async () => {
    const page = finished();
    await page.setViewportSize({ width: 1280, height: 900 });
    await useColours(page, 'light');
    const digits = inject('whole') ? '2,004' : '100';
    const text = (id: string) => page.locator(`#${id}`).textContent();
    expect(await text('worth-size')).toMatch(/^\d{3} → \d{2,3}\u00a0kB$/);
    expect(await text('worth-score')).toMatch(/^\d\d\.\d → \d\d\.\d\u00a0% of digits read$/);
    expect((await rowsOf(page, 'result')).map(([row, step]) => [row, step])).toEqual([
      ['Before pruning', '8'],
      ['Dense twin', '30'],
      ['Pruned', '30'],
      ['Pruned, in 8 bits', '30'],
    ]);

    // A test digit is on the pad from the start, and both networks read it; then one is drawn by hand.
    const shares = async () => (await rowsOf(page, 'bars')).map(([, dense, pruned]) => [dense, pruned]);
    const ofSample = await shares();
    expect(ofSample.flat().every((share) => /^([<>]\u00a0)?\d+\u00a0%$/.test(share ?? ''))).toBe(true);
    const pad = page.locator('#pad');
    await pad.scrollIntoViewIfNeeded();
    const { x, y, width } = (await pad.boundingBox())!;
    await page.mouse.move(x + width / 2, y + 0.2 * width);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + 0.8 * width, { steps: 4 });
    await page.mouse.up();
    expect(await text('pad-what')).toBe('Your own digit.');
    const drawn = await shares();
    expect(drawn).not.toEqual(ofSample);
    await pad.press('Delete');
    expect(await text('reads-pruned')).toBe('–');
    // The same stroke from the keyboard, from a quarter of the height down.
    await pad.press('Space');
    for (let presses = 0; presses < 14; presses += 1) await pad.press('ArrowDown');
    expect(await text('pad-what')).toBe('Your own digit.');
    expect(await text('reads-pruned')).toMatch(/^\d$/);

    // Back to the first moment, where nothing was dropped.
    const mask = page.locator('#masks figcaption').first();
    const atTheEnd = await mask.textContent();
    const wrongText = page.locator('#wrong-text');
    await wrongText
      .filter({ hasText: new RegExp(`^[\\d,]+ of ${digits} test digits are read wrongly`) })
      .waitFor();
    const wrongAtTheEnd = await wrongText.textContent();
    await page.locator('#moment').focus();
    await page.keyboard.press('Home');
    await mask.filter({ hasText: /100,352 of 100,352 kept/ }).waitFor();
    expect(await text('moment-text')).toMatch(/^Step 5: 0\.0\u00a0% dropped, test accuracy .*kB$/);
    expect(await text('tiles')).toMatch(/^Weights dropped0\.0/);
    // What is said aloud of the reading is what the bars show by now.
    const sure = await page.locator('#bars .best .share').allTextContents();
    const reads = [await text('reads-dense'), await text('reads-pruned')];
    await page
      .locator('#pad-status', {
        hasText: `The dense network reads ${reads[0]} (${sure[0]} sure), the pruned one ${reads[1]} (${sure[1]} sure).`,
      })
      .waitFor();
    // Dropped just now is what was dropped since the moment before, from however far away the slider came.
    const keptAt = async (at: number) => {
      await page.locator('#moment').fill(String(at));
      const dropped = /: ([\d.]+)\s% dropped/.exec((await text('moment-text'))!)![1];
      const foot = page.locator('#layers tfoot td:last-child');
      await foot.filter({ hasText: new RegExp(`^${dropped}\\s%$`) }).waitFor({ state: 'attached' });
      return [...(await layersOf(page)).values()].reduce((sum, { kept }) => sum + kept, 0);
    };
    const droppedAt = { 3: (await keptAt(2)) - (await keptAt(3)), 5: (await keptAt(4)) - (await keptAt(5)) };
    expect(droppedAt[3]).toBeGreaterThan(1000);
    for (const at of [3, 5] as const) {
      await keptAt(0);
      expect(await freshOf(page)).toBe(0);
      await keptAt(at);
      expect([at, await freshOf(page)]).toEqual([at, droppedAt[at]]);
    }
    await mask.filter({ hasText: atTheEnd! }).waitFor();
    // They are looked for a moment later.
    await wrongText.filter({ hasText: wrongAtTheEnd! }).waitFor();

    // The unit in the second column of the first row.
    await page
      .locator('#masks canvas')
      .first()
      .click({ position: { x: 40, y: 10 } });
    expect(await page.locator('#unit').inputValue()).toBe('2');
    expect(await text('unit-text')).toMatch(/^Unit 2 looks at \d+ of 784 pixels and feeds \d+ of 64 units\./);

    const wrong = page.locator('#wrong button').first();
    await wrong.click();
    expect(await text('pad-what')).toMatch(/^A \d, read as \d; the dense twin reads \d\.$/);
    const [label, read] = /A (\d), read as (\d)/.exec((await text('pad-what'))!)!.slice(1);
    expect(label).not.toBe(read);
    expect(await text('reads-pruned')).toBe(read);

    await page.locator('#prune-on').click();
    await page.locator('#prune-on').waitFor({ state: 'hidden' });
    await until(page, 'Train again');
    const curve = await rowsOf(page, 'curve-table');
    expect(curve.at(-1)?.[0]).toBe('99.0\u00a0%');
    expect(curve.at(-1)?.[3]).toMatch(/^pruned on, step \d+$/);
    expect(Number.parseFloat(curve.at(-1)![1]!)).toBeLessThan(12);
    // The run itself is what it was.
    expect(await mask.textContent()).toBe(atTheEnd);

    const picture = await download(page, 'a picture', 'synaprune-digits.png');
    expect([...picture.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([1200, 630]);

    const link = await page.locator('#link').inputValue();
    expect(link).toMatch(/\?version=1&task=digits&seed=2&steps=30&batch=32&target=80&backend=wasm$/);

    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    await audit(page, 850);

    // The moments are kept, too; and a link of other settings takes nothing away.
    await page.goto(link.replace('seed=2', 'seed=3').replace('version=1', 'version=2'));
    await until(page, 'Train again');
    expect(await rowsOf(page, 'curve-table')).toEqual(curve);
    expect(await noticeOf(page)).toContain('This link is of version 2 of the page');
    expect(await text('fixed-hint')).toMatch(/^Train again drops this run .* Reset drops it and frees task,/);
    expect(await text('opened')).toMatch(/seed 3, 30 steps.*nothing of it is lost unless you press Reset/);
  });
}
