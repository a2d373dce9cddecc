import { legible } from '@synaprune/core/checks';
import { escapeHtml } from './html.js';

/** A page: texts, and HTML where the name says so. */
export interface Page {
  readonly title: string;
  /** The style sheet. */
  readonly style: string;
  /** The line above the heading. */
  readonly eyebrow: string;
  /** The heading; the title unless told. */
  readonly heading?: string;
  /** What stands between the heading and the sections. */
  readonly leadHtml: string;
  readonly mainHtml: string;
  readonly footer: string;
}

/**
 * A page that loads nothing. With whatever names came from files, no control character is in it, and none that turns
 * the direction of writing.
 */
export function pageHtml({
  title,
  style,
  eyebrow,
  heading = title,
  leadHtml,
  mainHtml,
  footer,
}: Page): string {
  const page = [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escapeHtml(title)}</title>`,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    `<header><p class="eyebrow">${escapeHtml(eyebrow)}</p>`,
    `<h1>${escapeHtml(heading)}</h1>`,
    leadHtml,
    '</header>',
    '<main>',
    mainHtml,
    '</main>',
    `<footer>${escapeHtml(footer)}</footer>`,
    '</body>',
    '</html>',
    '',
  ];
  return legible(page.join('\n'), Number.POSITIVE_INFINITY);
}
