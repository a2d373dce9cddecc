// @ts-check
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aptInstall, lastLine, patience } from './apt.mjs';
import { ownLavapipe } from './vulkan.mjs';

const driver = 'mesa-vulkan-drivers';

/**
 * Unpacks the lavapipe of Debian 12's backports (11 MB) into a folder, beside the system's drivers, which stay.
 *
 * @param {{ machine: import('./machine.mjs').Machine, run: import('./apt.mjs').Run }} io
 * @param {string} [folder]
 * @returns {Promise<string>} a complaint; empty when all went well
 */
export async function unpackLavapipe({ machine, run }, folder = ownLavapipe) {
  const work = join(folder, 'work');
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(work, 'lists', 'partial'), { recursive: true });
    const sources = machine.read('/etc/apt/sources.list.d/debian.sources');
    writeFileSync(join(work, 'backports.sources'), backportsOf(sources));
    const apt = [
      '-qq',
      ...patience,
      `-oDir::Etc::sourceparts=${work}`,
      '-oDir::Etc::sourcelist=/dev/null',
      `-oDir::State::Lists=${join(work, 'lists')}`,
      '-oAPT::Sandbox::User=root',
    ];
    await must(run('apt-get', [...apt, 'update'], { timeoutSeconds: 1800 }));
    await must(run('apt-get', [...apt, 'download', driver], { cwd: work, timeoutSeconds: 1800 }));
    const archive = machine.list(work).find((name) => name.endsWith('.deb'));
    if (archive === undefined) return `apt-get downloaded no ${driver}`;
    const path = join(work, archive);
    const depends = await must(run('dpkg-deb', ['-f', path, 'Depends']));
    const complaint = await aptInstall(namesIn(depends), run);
    if (complaint !== '') return complaint;
    await must(run('dpkg-deb', ['-x', path, join(work, 'root')]));
    return await keepLibrary(join(work, 'root', 'usr', 'lib'), { machine, run, folder });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {string} libraries
 * @param {{ machine: import('./machine.mjs').Machine, run: import('./apt.mjs').Run, folder: string }} to
 */
async function keepLibrary(libraries, { machine, run, folder }) {
  const name = 'libvulkan_lvp.so';
  const found = machine
    .list(libraries)
    .map((architecture) => join(libraries, architecture, name))
    .find((path) => machine.exists(path));
  if (found === undefined) return `${driver} holds no ${name}`;
  const missing = (await must(run('ldd', [found]))).match(/^.*not found.*$/m);
  if (missing !== null) return `${name} lacks ${missing[0].trim()}`;
  renameSync(found, join(folder, name));
  const ICD = { library_path: `./${name}`, api_version: '1.4.305' };
  // Written last: the driver counts as there only with its manifest.
  writeFileSync(join(folder, 'lvp_icd.json'), JSON.stringify({ file_format_version: '1.0.0', ICD }));
  return '';
}

/**
 * The machine's own mirror and keys, with the suite of the backports.
 *
 * @param {string | undefined} sources its `debian.sources`
 */
export function backportsOf(sources) {
  const field = (/** @type {string} */ name, /** @type {string} */ otherwise) =>
    new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(sources ?? '')?.[1] ?? otherwise;
  return [
    'Types: deb',
    `URIs: ${field('URIs', 'http://deb.debian.org/debian')}`,
    'Suites: bookworm-backports',
    'Components: main',
    `Signed-By: ${field('Signed-By', '/usr/share/keyrings/debian-archive-keyring.gpg')}`,
    '',
  ].join('\n');
}

/** The packages of a `Depends:` field, without versions; of alternatives the first. @param {string} depends */
export function namesIn(depends) {
  return depends
    .split(',')
    .map((one) => /^\s*([a-z0-9][a-z0-9+.-]*)/.exec(one)?.[1])
    .filter((name) => name !== undefined);
}

/** @param {ReturnType<import('./apt.mjs').Run>} running */
async function must(running) {
  const { status, output } = await running;
  if (status !== 0) throw new Error(`ended with ${status}: ${lastLine(output)}`);
  return output;
}
