import { randomBytes } from 'node:crypto';
import { OWNER, owner } from './owner.js';

/** What every file that publishing needs on the way begins with. */
export const PREFIX = '.synaprune-';

/** The file that tells of a publishing in progress, one a folder: who has it may publish. */
export const JOURNAL: string = `${PREFIX}publishing.json`;

const PATTERN = new RegExp(`^\\.synaprune-(${OWNER})-[0-9a-f]{8}-[0-9]{1,6}\\.(draft|old)$`);

/** Names for one file on its way: the new one before it has its name, and the old one until all have theirs. */
export function temporaryNames(number: number): { readonly draft: string; readonly old: string } {
  const name = `${PREFIX}${owner}-${randomBytes(4).toString('hex')}-${number}`;
  return { draft: `${name}.draft`, old: `${name}.old` };
}

/** Who a temporary file is of, and what it is; `undefined` for any other name. */
export function readName(
  name: string,
): { readonly owner: string; readonly kind: 'draft' | 'old' } | undefined {
  const [, whose, kind] = PATTERN.exec(name) ?? [];
  return whose === undefined ? undefined : { owner: whose, kind: kind as 'draft' | 'old' };
}
