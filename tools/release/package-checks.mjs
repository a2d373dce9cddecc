// @ts-check
/* Checks of the packages as they would be published, without publishing them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeByPublint, judgeTypes } from '../check/lint-tarball.mjs';
import { packAll } from '../check/pack.mjs';
import { isInSource, judgeContents, judgeMetadata } from '../check/tarball.mjs';
import { readPublicPackages, root } from '../check/workspace.mjs';
import { peersOf } from '../matrix/peers.mjs';
import { build } from '../turbo.mjs';
import { findStrays, readHome } from './home.mjs';
import { findForeignLicences, findShipped, readLocked } from './licences.mjs';
import { budgets, kilobytes, measureSize } from './sizes.mjs';

/** @typedef {ReturnType<typeof import('./rows.mjs').createRows>} Rows */

/** @param {Rows} rows @returns {Promise<boolean>} whether there is anything to go on with */
export async function checkPackages(rows) {
  const built = await rows.check('build', () => {
    const status = build(...readPublicPackages().map(({ manifest }) => manifest.name));
    return { complaints: status === 0 ? [] : ['npm run build fails; its errors are above'] };
  });
  if (!built) return false;
  const packed = await rows.check('pack', async () => {
    const tarballs = await packAll();
    return {
      note: `${tarballs.length} packages`,
      complaints: tarballs.flatMap(({ name, files, workspace: { path, folder, manifest } }) =>
        [...judgeContents(files, (file) => isInSource(path, file)), ...judgeMetadata(manifest, folder)].map(
          (complaint) => `${name} ${complaint}`,
        ),
      ),
    };
  });
  if (!packed) return false;
  await rows.check('publint, strict', async () => ({ complaints: await judgeEach(judgeByPublint) }));
  await rows.check('are the types wrong?', async () => ({
    complaints: await judgeEach(async (tarball) =>
      (await judgeTypes(tarball)).map((one) => JSON.stringify(one)),
    ),
  }));
  await rows.check('licences', checkLicences);
  await rows.check('home and provenance', checkProvenance);
  await rows.check('peer ranges', checkPeers);
  await checkSizes(rows);
  return true;
}

/** @param {(tarball: string) => Promise<string[]>} judge */
async function judgeEach(judge) {
  const complaints = [];
  for (const { name, tarball } of await packAll()) {
    complaints.push(...(await judge(tarball)).map((complaint) => `${name}: ${complaint}`));
  }
  return complaints;
}

function checkLicences() {
  const locked = readLocked();
  const packages = readPublicPackages();
  const shipped = findShipped(
    locked,
    packages.map(({ folder }) => folder),
  );
  const peers = packages.flatMap(({ manifest }) => Object.keys(manifest.peerDependencies ?? {}));
  const unseen = [...new Set(peers)].filter((name) => locked[`node_modules/${name}`] === undefined);
  return {
    note: `${shipped.length} packages come with ours, on all systems${unseen.length > 0 ? `; not locked here: ${unseen.join(', ')}` : ''}`,
    complaints: findForeignLicences(locked, shipped),
  };
}

/** Peers are asked for in the versions that `npm run matrix` tries, and in no others. */
function checkPeers() {
  const inOrder = (/** @type {Record<string, string>} */ ranges) =>
    JSON.stringify(Object.fromEntries(Object.entries(ranges).sort()));
  return {
    complaints: readPublicPackages().flatMap(({ folder, manifest: { name, peerDependencies = {} } }) => {
      const [needed, got] = [inOrder(peersOf(name)), inOrder(peerDependencies)];
      return needed === got ? [] : [`${folder}/package.json needs peers ${needed}, got ${got}`];
    }),
  };
}

/** A published package says where it was built, and from what, where a workflow may sign that. */
function checkProvenance() {
  const packages = readPublicPackages();
  const path = '.github/workflows/release.yml';
  const workflow = existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '';
  return {
    complaints: [
      ...findStrays(readHome(), packages),
      // It would refuse every publish that is not made by a workflow.
      ...packages
        .filter(({ manifest }) => /** @type {any} */ (manifest).publishConfig?.provenance !== undefined)
        .map(({ folder }) => `${folder}/package.json must leave provenance to ${path}`),
      ...['id-token: write', 'NPM_CONFIG_PROVENANCE'].flatMap((needed) =>
        workflow.includes(needed) ? [] : [`${path} needs ${needed}`],
      ),
    ],
  };
}

/** @param {Rows} rows */
async function checkSizes(rows) {
  /** @type {import('./sizes.mjs').Size[]} */
  const sizes = [];
  for (const budget of budgets) {
    await rows.check(`size of ${budget.entry}`, async () => {
      const size = await measureSize(budget);
      sizes.push(size);
      const { gzipBytes, laterGzipBytes, budgetBytes } = size;
      const later = laterGzipBytes > 0 ? `, ${kilobytes(laterGzipBytes)} more when needed` : '';
      return {
        note: `${kilobytes(gzipBytes)} of ${kilobytes(budgetBytes)}, gzip${later}`,
        complaints: gzipBytes > budgetBytes ? [`missed by ${kilobytes(gzipBytes - budgetBytes)}`] : [],
      };
    });
  }
  mkdirSync(join(root, '.results'), { recursive: true });
  writeFileSync(join(root, '.results', 'sizes.json'), `${JSON.stringify(sizes, null, 2)}\n`);
}
