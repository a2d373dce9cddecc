// @ts-check
import { typescript, typescriptFetched } from './compilers.mjs';
import { bundlers, csp, vite } from './pages.mjs';
import { bun, deno, node, peerVersions, thisNode } from './runtimes.mjs';
import { jest, vitest } from './test-runners.mjs';

/** Without a download beyond what `npm ci` brought: in `npm test` too. */
export const atHand = [thisNode, typescript, vite, csp];

/** All there are, as `npm run matrix` runs them; compilers at hand are among those of `typescript`. */
export const groups = [
  thisNode,
  node,
  peerVersions,
  typescriptFetched,
  jest,
  vitest,
  vite,
  bundlers,
  csp,
  deno,
  bun,
];
