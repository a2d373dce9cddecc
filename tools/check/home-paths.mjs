// @ts-check

/**
 * Absolute paths that exist on one machine only: home folders, and this checkout's own.
 *
 * @param {readonly import('./files.mjs').Text[]} texts
 * @param {string} checkout
 */
export function findHomePaths(texts, checkout) {
  const home = /(?<![\w.~)\]-])\/(?:root|home\/[\w.-]+|Users\/[\w.-]+)(?:\/|$)/m;
  return texts.flatMap(({ path, text }) =>
    text
      .split('\n')
      .flatMap((line, i) =>
        home.test(line) || line.includes(checkout) ? [`${path}:${i + 1} ${line.trim().slice(0, 120)}`] : [],
      ),
  );
}
