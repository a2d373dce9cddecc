// @ts-check
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../check/workspace.mjs';

/**
 * A file that docs/environments.md shows, as it stands there: the block whose first line is `// NAME`.
 *
 * @param {string} name
 * @param {string} [page]
 */
export function documentedFile(name, page = readPage()) {
  const block = new RegExp(`^\`\`\`js\\n// ${name.replaceAll('.', '\\.')}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(
    page,
  );
  if (block?.[1] === undefined) throw new Error(`docs/environments.md shows no ${name}`);
  return block[1];
}

/** The page that says what works where. */
export function readPage() {
  return readFileSync(join(root, 'docs', 'environments.md'), 'utf8');
}
