// @ts-check
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, platform, release, version } from 'node:os';
import { table } from './part.mjs';

/** What it all ran on. @param {import('./library.mjs').Library} library @param {string} backendName @returns {string[]} */
export function describeEnvironment(library, backendName) {
  const own = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const { tf, packageName, simulated, gpu } = library;
  const processors = cpus();
  return table(
    ['', ''],
    [
      ['libtensorflow', simulated ? '**none: a simulated binding**' : library.libtensorflow],
      ['device', gpu ? `GPU${namesOfGpus()}` : 'CPU'],
      ['backend', backendName],
      [packageName, library.version],
      ['@tensorflow/tfjs', tf.version.tfjs],
      [own.name, own.version],
      ['Node', process.version],
      ['system', `${platform()} ${arch()}, ${release()}, ${version()}`],
      ['processor', `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}`],
    ],
  );
}

/** What the driver calls the GPUs, where it tells. */
function namesOfGpus() {
  try {
    const told = execFileSync('nvidia-smi', ['--query-gpu=name,driver_version', '--format=csv,noheader'], {
      encoding: 'utf8',
      timeout: 10_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return `: ${told.trim().split('\n').join('; ')}`;
  } catch {
    return ', its name not told';
  }
}
