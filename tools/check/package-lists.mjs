// @ts-check

/** Where every package is named. */
const LISTS = ['README.md', 'CONTRIBUTING.md', 'docs/guide.md', 'docs/architecture.md'];

/**
 * Packages that a page which lists them all leaves out.
 *
 * @param {readonly { path: string, text: string }[]} files
 * @returns {string[]}
 */
export function findUnlistedPackages(files) {
  const packages = files.flatMap(({ path }) => /^packages\/([^/]+)\/package\.json$/.exec(path)?.[1] ?? []);
  return LISTS.flatMap((list) => {
    const text = files.find(({ path }) => path === list)?.text ?? '';
    return packages
      .filter((name) => !new RegExp(`(packages/|  )${name}(?![\\w-])`).test(text))
      .map((name) => `${list} does not name packages/${name}`);
  });
}
