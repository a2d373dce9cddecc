import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

/**
 * The path of a data file that comes with a package, whether or not the package exports it.
 *
 * @throws Error when the package or the file is not installed
 */
export function packageFile(packageName: string, file: string): string {
  for (const folder of require.resolve.paths(packageName) ?? []) {
    const path = join(folder, packageName, file);
    if (existsSync(path)) return path;
  }
  throw new Error(`needed ${file} of the package ${packageName}, which is not installed`);
}
