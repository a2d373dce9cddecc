// @ts-check
import { typescript, typescriptEnds } from './compilers.mjs';
import { bundlers, csp, vite } from './pages.mjs';
import { bun, deno, node, peerVersions, thisNode } from './runtimes.mjs';
import { jest, vitest } from './test-runners.mjs';

/** The quick ones, without a download beyond what `npm ci` brought: in `npm test` too. Vite builds the pages of `csp`. */
export const atHand = [thisNode, typescriptEnds, csp];

/** All there are, as `npm run matrix` runs them. */
export const groups = [
  thisNode,
  node,
  peerVersions,
  typescript,
  jest,
  vitest,
  vite,
  bundlers,
  csp,
  deno,
  bun,
];
