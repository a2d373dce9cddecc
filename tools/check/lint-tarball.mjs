// @ts-check
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** What publint has against a package, suggestions included. @param {string} tarball */
export async function judgeByPublint(tarball) {
  const { messages, pkg } = await publint({
    pack: { tarball: Uint8Array.from(readFileSync(tarball)).buffer },
    strict: true,
  });
  return messages.map((message) => formatMessage(message, pkg) ?? message.code);
}

/** Types that do not resolve for ES modules, as “Are the types wrong?” finds them. @param {string} tarball */
export async function judgeTypes(tarball) {
  const found = await checkPackage(createPackageFromTarballData(Uint8Array.from(readFileSync(tarball))));
  // Without CommonJS there is nothing for those who still resolve by it.
  return (found.types ? found.problems : [{ kind: 'no types' }]).filter(
    (problem) =>
      !('resolutionKind' in problem && /^(?:node10|node16-cjs)$/.test(String(problem.resolutionKind))),
  );
}
