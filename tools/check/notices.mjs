// @ts-check
const LIST = 'docs/notices.md';
/** A code where a notice is written out, and any in a file that holds nothing but notices. */
const CODE = /\bcode: '([a-z]+(?:-[a-z]+)+)',/g;
const QUOTED = /(?:^\s*|\bcode: |\()'([a-z]+(?:-[a-z]+)+)',/gm;

/**
 * The list of notices and the packages' sources against each other: a notice that no list names, and a row that
 * nothing gives.
 *
 * @param {readonly { path: string, text: string }[]} texts
 */
export function findUnlistedNotices(texts) {
  const list = texts.find(({ path }) => path === LIST)?.text;
  if (list === undefined) return [`${LIST} is missing`];
  const listed = new Set([...list.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code));
  const sources = texts.filter(
    ({ path }) => /^packages\/[^/]+\/src\/.*\.ts$/.test(path) && !/\.test(-d)?\.ts$|\/testing\//.test(path),
  );
  const unlisted = sources.flatMap(({ path, text }) =>
    [...text.matchAll(path.endsWith('/notices.ts') ? QUOTED : CODE)]
      .filter(([, code]) => !listed.has(code))
      .map(([, code]) => `${path} gives \`${code}\`, which ${LIST} does not list`),
  );
  const all = sources.map(({ text }) => text).join('\n');
  const ungiven = [...listed]
    .filter((code) => !all.includes(`'${code}'`))
    .map((code) => `${LIST} lists \`${code}\`, which no package gives`);
  return [...unlisted, ...ungiven];
}
