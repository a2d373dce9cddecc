// @ts-check

/**
 * Runs a program to its end: what `tools/check/command.mjs` offers.
 *
 * @typedef {(program: string, args: readonly string[], options?: { cwd?: string, env?: Readonly<Record<string, string>>, timeoutSeconds?: number }) => Promise<{ status: number, output: string }>} Run
 */

/** Waits for another apt rather than fail, and gives up on a network that is not there. */
export const patience = [
  '-oDPkg::Lock::Timeout=120',
  '-oAcquire::Retries=1',
  '-oAcquire::http::Timeout=20',
  '-oAcquire::https::Timeout=20',
];

const env = { DEBIAN_FRONTEND: 'noninteractive' };

/** A list that cannot be had need not be the one that is needed: the installation tells. @param {Run} run */
export async function aptUpdate(run) {
  await run('apt-get', ['-qq', ...patience, 'update'], { env, timeoutSeconds: 1800 });
}

/**
 * Installs Debian packages, and leaves those that are there as they are.
 *
 * @param {readonly string[]} packages
 * @param {Run} run
 * @returns {Promise<string>} a complaint; empty when all went well
 */
export async function aptInstall(packages, run) {
  const { status, output } = await run(
    'apt-get',
    ['-qq', ...patience, 'install', '-y', '--no-install-recommends', '--no-upgrade', ...packages],
    { env, timeoutSeconds: 3600 },
  );
  return status === 0 ? '' : `apt-get ended with ${status}: ${lastLine(output)}`;
}

/** @param {string} text */
export function lastLine(text) {
  return text.trim().split('\n').at(-1) ?? '';
}
