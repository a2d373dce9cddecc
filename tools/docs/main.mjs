// @ts-check
/* `npm run docs`: builds the site and says whether it is whole. */
import { join, relative } from 'node:path';
import { readArguments } from '../arguments.mjs';
import { root } from '../check/workspace.mjs';
import { buildStale } from '../turbo.mjs';

const help = `Usage: npm run docs

Builds the documentation as a site into docs/.site: the guides, the packages, a page for every public name, and
the sources that they speak of. It needs no server and no network: open docs/.site/index.html, or put the folder
on any static host. Fails when a link or a heading that is linked is not there, when a public name has no page,
when a page would load something from another host, or when TypeDoc warns.

Takes no options but --help, which prints this.`;

/** @returns {Promise<number>} exit status */
async function run() {
  readArguments('npm run docs', help);
  // Sources of WebAssembly kernels are made by the build.
  const status = await buildStale('@synaprune/*', () => console.error('building the packages …'));
  if (status !== 0) return status;
  console.error('building the site …');
  // What builds it takes a second to load, which a help need not wait for.
  const { buildSite } = await import('./build-site.mjs');
  const { judgeLinks, judgeNames } = await import('./judge-site.mjs');
  const site = await buildSite(join(root, 'docs', '.site'));
  const links = judgeLinks(site.folder);
  const names = judgeNames(site);
  const complaints = [...site.complaints, ...links.complaints, ...names.complaints];
  for (const complaint of complaints) console.error(complaint);
  const index = relative(process.cwd(), join(site.folder, 'index.html'));
  const counts = `${links.pages} pages, ${names.names} public names, ${links.links} links`;
  if (complaints.length > 0) {
    console.error(`error: ${counts}; ${complaints.length} of them are not as they must be, see above`);
    return 1;
  }
  console.log(`${counts}, all in order: open ${index}`);
  return 0;
}

process.exitCode = await run();
