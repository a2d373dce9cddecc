// @ts-check
const LIST = 'docs/errors.md';
/** A code where an error is made, however the arguments are broken over lines. */
const THROWN = /\bnew PruneError\(\s*'([a-z]+(?:-[a-z]+)+|[a-z]+)'/g;
/** A member of a package's union of codes. */
const OWN = /'([a-z-]+)'/g;

/**
 * The list of error codes, the packages' own lists and their sources against each other: a code that is thrown and not
 * listed, or not by the package that throws it nor by one it stands on; and a row that no package has.
 *
 * @param {readonly { path: string, text: string }[]} texts
 */
export function findUnlistedErrors(texts) {
  const list = texts.find(({ path }) => path === LIST)?.text;
  if (list === undefined) return [`${LIST} is missing`];
  const listed = new Map(
    [...list.matchAll(/^\| `([a-z-]+)` \| ([a-z, -]+) \|/gm)].map(([, code = '', owners = '']) => [
      code,
      owners.split(', '),
    ]),
  );
  /** @type {Map<string, string[]>} several formats may mean the same by one code */
  const declared = new Map();
  for (const { path, text } of texts) {
    const [, owner] = path.match(/^packages\/([^/]+)\/src\/(?:error-codes|checks\/errors)\.ts$/) ?? [];
    if (owner === undefined) continue;
    const union = text.slice(text.indexOf('export type'), text.indexOf(';', text.indexOf('export type')));
    for (const [, code = ''] of union.matchAll(OWN))
      declared.set(code, [...(declared.get(code) ?? []), owner]);
  }
  const problems = [];
  for (const { path, text } of texts) {
    if (!/^packages\/[^/]+\/src\/.*\.ts$/.test(path) || /\.test(-d)?\.ts$|\/testing\//.test(path)) continue;
    for (const [, code = ''] of text.matchAll(THROWN)) {
      if (!declared.has(code)) problems.push(`${path} throws \`${code}\`, which no package lists as its own`);
    }
  }
  for (const [code, owners] of declared) {
    for (const owner of owners) {
      if (listed.get(code)?.includes(owner)) continue;
      problems.push(`${LIST} does not list \`${code}\` as one of ${owner}`);
    }
  }
  for (const [code, owners] of listed) {
    for (const owner of owners) {
      if (declared.get(code)?.includes(owner)) continue;
      problems.push(`${LIST} lists \`${code}\`, which ${owner} does not throw`);
    }
  }
  return problems;
}
