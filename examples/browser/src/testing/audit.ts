import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright';
import { expect, inject } from 'vitest';
import { overflow, useColours } from './page-acts';

const LIGHT_WIDE = { colorScheme: 'light', width: 1280 } as const;
const DARK_NARROW = { colorScheme: 'dark', width: 390 } as const;

/** What a page is audited in: each theme and each width, and with `--whole` every theme in every width. */
const AUDITED = inject('whole')
  ? [
      LIGHT_WIDE,
      { ...LIGHT_WIDE, width: DARK_NARROW.width },
      { ...DARK_NARROW, width: LIGHT_WIDE.width },
      DARK_NARROW,
    ]
  : [LIGHT_WIDE, DARK_NARROW];

/** Finds nothing that axe objects to, no text cut or parted, and no column off the screen, in a window of a height. */
export async function audit(page: Page, height: number): Promise<void> {
  for (const { colorScheme, width } of AUDITED) {
    await page.setViewportSize({ width, height });
    await useColours(page, colorScheme);
    const words = [await cutOff(page), await silentlyCut(page), await parted(page)];
    const found = [await overflow(page), ...words, await violationsOf(page)];
    expect([colorScheme, width, ...found]).toEqual([colorScheme, width, 0, [], [], [], []]);
  }
}

/** What axe-core says of a page: a line for each violation, and where. */
async function violationsOf(page: Page): Promise<string[]> {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  // As an expression: the page's policy lets no foreign script in.
  await page.evaluate(`typeof axe === 'object' || (() => { ${axe} })()`);
  return page.evaluate(async () => {
    const { axe: auditor } = window as unknown as {
      axe: {
        run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    const { violations } = await auditor.run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
    );
  });
}

/** Texts in which a line may end between a number and its unit. */
function parted(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node.textContent ?? '';
      if (/\d[ \n]+(%|[kMG]?B|ms)(?!\w)/.test(text)) found.push(text);
    }
    return found;
  });
}

/** Tables that go on beyond their edge, and do not say so. */
function silentlyCut(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.scroll')]
      .filter((element) => element.checkVisibility() && element.scrollWidth > element.clientWidth)
      .filter((element) => {
        const hint = element.nextElementSibling;
        return !hint?.checkVisibility() || hint.textContent !== 'The table moves sideways.';
      })
      .map((element) => element.dataset.label ?? ''),
  );
}

/** Elements whose text is wider than they are, and elements that reach beyond the window. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    return [...document.querySelectorAll<HTMLElement>('main *, header *, footer *')]
      .filter(
        (element) =>
          element.checkVisibility() && element.closest('.scroll, .visually-hidden, .uplot') === null,
      )
      .filter((element) => {
        const { left, right } = element.getBoundingClientRect();
        const text = element.matches(
          'p, h1, h2, h3, dt, dd, button, a, label, span, figcaption, summary, li, td, th',
        );
        return (
          right > width + 1 ||
          left < -1 ||
          (text &&
            element.scrollWidth > element.clientWidth + 1 &&
            getComputedStyle(element).display !== 'inline')
        );
      })
      .map(
        (element) =>
          `${element.tagName} ${element.id || element.className}: ${element.textContent?.slice(0, 60)}`,
      );
  });
}
