// @ts-check

/**
 * What a browser would fetch to show the page; links to follow are fine.
 *
 * @param {string | undefined} html
 * @param {string} name of the file, for people
 */
export function judgeReport(html, name = 'report.html') {
  if (html === undefined) return [`needed ${name}, got no such file`];
  if (!/<html[\s>]|<!doctype html>/i.test(html)) return [`${name} is no HTML document`];
  const loads = [
    .../** @type {RegExpMatchArray[]} */ ([
      ...html.matchAll(
        /<(?:script|img|iframe|source|video|audio|embed|image|use|track|input)\b[^>]*?\s(?:xlink:)?(?:src|href|srcset|poster)\s*=\s*["']?(?!data:|#)[^"'\s>]+/gi,
      ),
      ...html.matchAll(/<link\b[^>]*?\shref\s*=\s*["']?(?!data:|#)[^"'\s>]+/gi),
      ...html.matchAll(/<object\b[^>]*?\sdata\s*=\s*["']?(?!data:|#)[^"'\s>]+/gi),
      ...html.matchAll(/@import\b[^;]{0,120}/gi),
      ...html.matchAll(/\burl\(\s*["']?(?!data:|#|["')])[^)]{1,120}/gi),
      ...html.matchAll(/\b(?:fetch|importScripts|import)\s*\(\s*["'`][^"'`]+/g),
    ]),
  ];
  return loads.map(([text]) => `${name} loads ${text.slice(0, 160)}`);
}
