// @ts-check
import { expect, test } from 'vitest';
import { toSiteLinks } from './addresses.mjs';

test('links of texts are led to the site: relative ones, npm’s pages of packages, and the repository’s own', () => {
  const home = 'https://host.test/blob/main/';
  const lines = [
    '[a](../core) and [b](../../docs/numerics.md#sparse-products), [c](#here), [d](https://a.test/)',
    '[e](https://www.npmjs.com/package/@synaprune/tfjs#smaller-models) [f](https://host.test/blob/main/docs/errors.md)',
    '`[g](../gone.md)`',
  ];
  expect(toSiteLinks(lines.join('\n'), 'packages/host/README.md', home).split('\n')).toEqual([
    '[a](site:packages/core) and [b](site:docs/numerics.md#sparse-products), [c](#here), [d](https://a.test/)',
    '[e](site:packages/tfjs#smaller-models) [f](site:docs/errors.md)',
    '`[g](../gone.md)`',
  ]);
  expect(() => toSiteLinks('[g](../gone.md)', 'docs/a.md', home)).toThrow(
    'docs/a.md links to ../gone.md, which is not there',
  );
});
