// @ts-check
/*
 * What users meet on the day of a release: all packages published for real, to a registry on this machine, installed
 * from it by name, used, and upgraded to the version after.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../check/workspace.mjs';
import { noChromium, openPage, serve } from '../matrix/chromium.mjs';
import { createProject } from './project.mjs';
import { installVerdaccio, startRegistry } from './registry.mjs';
import { addChangeset, copyTree, publicPackagesOf, publish, raiseVersions } from './tree.mjs';

/** @typedef {import('./package-checks.mjs').Rows} Rows */

/** @param {Rows} rows */
export async function checkPublishing(rows) {
  const folder = mkdtempSync(join(tmpdir(), 'synaprune-release-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const tree = join(folder, 'tree');
  /** @type {import('./registry.mjs').Registry | undefined} */
  let registry;
  let version = '';
  const ready = await rows.check('a registry on this machine', async () => {
    for (const path of [tree, join(folder, 'registry')]) mkdirSync(path);
    await installVerdaccio();
    registry = await startRegistry(join(folder, 'registry'));
    return { note: registry.address };
  });
  if (!ready || registry === undefined) return;
  const started = registry;
  const published = await rows.check('changeset version, changeset publish', async () => {
    copyTree(tree);
    version = await raiseVersions(tree);
    return checkPublished(tree, started, version);
  });
  if (published) {
    await checkAgain(rows, tree, started, version);
    await checkProject(rows, tree, started, version);
  }
  started.stop();
}

/** @param {string} tree @param {import('./registry.mjs').Registry} registry @param {string} version */
async function checkPublished(tree, registry, version) {
  const { status, output } = await publish(tree, registry);
  if (status !== 0) return { complaints: [output] };
  const complaints = [];
  for (const { path, manifest } of publicPackagesOf(tree)) {
    const { name, dependencies = {} } = manifest;
    const response = await fetch(registry.address + name.replace('/', '%2f'));
    const { 'dist-tags': tags, versions } = await response.json();
    const held = versions?.[version];
    if (tags?.latest !== version || held === undefined) complaints.push(`${name}@${version} is not there`);
    else if (!held.repository?.url || !held.homepage || !held.bugs?.url)
      complaints.push(`${name} has no home`);
    for (const [own, range] of Object.entries(dependencies)) {
      if (own.startsWith('@synaprune/') && range !== `^${version}`) {
        complaints.push(`${name} needs ${own}@^${version}, got ${range}`);
      }
    }
    const changelog = readFileSync(join(path, 'CHANGELOG.md'), 'utf8');
    if (!changelog.includes(`\n## ${version}\n`)) complaints.push(`${name} has no changelog of ${version}`);
  }
  return { complaints, note: `${publicPackagesOf(tree).length} packages, ${version}` };
}

/** @param {Rows} rows @param {string} tree @param {import('./registry.mjs').Registry} registry @param {string} version */
async function checkAgain(rows, tree, registry, version) {
  await rows.check('a second publish does nothing', async () => {
    const { status, output } = await publish(tree, registry);
    const idle = status === 0 && output.includes('No unpublished projects to publish');
    return { complaints: idle ? [] : [output], note: `${version} stays` };
  });
}

/** @param {Rows} rows @param {string} tree @param {import('./registry.mjs').Registry} registry @param {string} version */
async function checkProject(rows, tree, registry, version) {
  const project = createProject(registry);
  const installed = await rows.check('a fresh project installs them by name', async () => ({
    complaints: await project.install(version),
  }));
  if (!installed) return;
  for (const folder of ['node-esm', 'states', 'browser']) project.copy(folder);
  for (const program of readdirSync(join(root, 'integrations', 'node-esm')).sort()) {
    await rows.check(`in Node: ${program.replace('.mjs', '')}`, async () => ({
      complaints: await project.run(join('node-esm', program)),
    }));
  }
  const written = await rows.check(`states are saved by ${version}`, async () => ({
    complaints: await project.run('states/write.mjs', 'saved'),
  }));
  await rows.check('npx synaprune', () => checkCommand(project));
  await checkPage(rows, project);
  if (!written) return;
  await rows.check('an upgrade to the version after', async () => {
    addChangeset(tree);
    const after = await raiseVersions(tree);
    const { complaints } = await checkPublished(tree, registry, after);
    if (after === version) complaints.push(`needs a version after ${version}`);
    return {
      complaints: complaints.length > 0 ? complaints : await project.install(after),
      note: `${version} → ${after}`,
    };
  });
  await rows.check(`states saved by ${version} are restored`, async () => ({
    complaints: await project.run('states/read.mjs', 'saved'),
  }));
  for (const release of readdirSync(join(root, 'integrations', 'states', 'fixtures'))) {
    await rows.check(`states saved by ${release} are restored`, async () => ({
      complaints: await project.run('states/read.mjs', join('states', 'fixtures', release)),
    }));
  }
}

/** The command line, on a model that a release of ours packed. @param {import('./project.mjs').Project} project */
async function checkCommand(project) {
  for (const command of [
    ['unpack', 'saved/onnx-model.synp', '--out', 'model.onnx'],
    ['look', 'model.onnx'],
    ['prune', 'model.onnx', '--sparsity', '0.5', '--out', 'pruned.onnx'],
    ['compare', 'model.onnx', 'pruned.onnx', '--json'],
  ]) {
    const complaints = await project.npx('synaprune', ...command);
    if (complaints.length > 0) return { complaints };
  }
  return { note: 'unpack, look, prune, compare' };
}

/** @param {Rows} rows @param {import('./project.mjs').Project} project */
async function checkPage(rows, project) {
  const built = await rows.check('Vite builds a page', async () => ({
    complaints: await project.npx('vite', 'build', 'browser', '--base', './', '--logLevel', 'warn'),
  }));
  if (!built) return;
  await rows.check('Chromium runs it', async () => {
    const missing = noChromium();
    if (missing !== undefined) return { skipped: true, note: missing };
    const { address, close } = await serve(join(project.folder, 'browser', 'dist'));
    const { trials, errors } = await openPage(address).finally(close);
    const failed = Object.entries(trials).filter(([, trial]) => !trial?.passed);
    return {
      complaints: [
        ...errors,
        ...(Object.keys(trials).length === 0 ? ['the page did not come to its trials'] : []),
        ...failed.map(([name, trial]) => `${name}: ${trial?.said}`),
      ],
      note: Object.keys(trials).join(', '),
    };
  });
}
