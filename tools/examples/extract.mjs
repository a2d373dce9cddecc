// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/**
 * A block of TypeScript that the documentation shows.
 *
 * @typedef {object} Example
 * @property {string} file relative to the tree, with forward slashes
 * @property {number} line of the block's first line of code, from 1
 * @property {string} code
 * @property {boolean} runs false for a block marked `no-run`, which is type-checked only
 */

/**
 * Every example of a tree: in README.md, docs/, the packages' READMEs and their doc comments.
 *
 * @param {string} tree
 * @returns {{ examples: Example[], complaints: { file: string, line: number, text: string }[] }} complaints are
 *   `@example` tags without a block that could be run
 */
export function extractExamples(tree) {
  /** @type {Example[]} */
  const examples = [];
  /** @type {{ file: string, line: number, text: string }[]} */
  const complaints = [];
  for (const path of documentationOf(tree)) {
    const file = relative(tree, path).replaceAll('\\', '/');
    const text = readFileSync(path, 'utf8');
    if (path.endsWith('.md')) {
      examples.push(...blocksIn(text.split(/\r?\n/), file, 1));
      continue;
    }
    for (const { lines, firstLine } of docComments(text, file)) {
      const blocks = blocksIn(lines, file, firstLine);
      examples.push(...blocks);
      for (const line of examplesWithoutBlock(lines, firstLine, blocks)) {
        complaints.push({ file, line, text: 'this @example has no ```ts block' });
      }
    }
  }
  return { examples, complaints };
}

/**
 * The fenced blocks of language `ts` among some lines.
 *
 * @param {readonly string[]} lines
 * @param {string} file
 * @param {number} firstLine number of `lines[0]` in the file
 * @returns {Example[]}
 */
export function blocksIn(lines, file, firstLine) {
  /** @type {Example[]} */
  const blocks = [];
  /** @type {{ fence: string, indent: string, start: number, info: string } | undefined} */
  let open;
  for (const [i, line] of lines.entries()) {
    const match = /^(\s*)(`{3,}|~{3,})\s*(.*?)\s*$/.exec(line);
    if (open === undefined) {
      if (match) open = { indent: match[1] ?? '', fence: match[2] ?? '', info: match[3] ?? '', start: i + 1 };
    } else if (match && match[3] === '' && match[2]?.startsWith(open.fence)) {
      const [language, ...marks] = open.info.split(/\s+/);
      if (language === 'ts' || language === 'typescript') {
        const { indent, start } = open;
        const code = lines
          .slice(start, i)
          .map((text) => (text.startsWith(indent) ? text.slice(indent.length) : text))
          .join('\n');
        blocks.push({ file, line: firstLine + start, code, runs: !marks.includes('no-run') });
      }
      open = undefined;
    }
  }
  return blocks;
}

/**
 * The doc comments of a source file, without their stars, line for line.
 *
 * @param {string} text
 * @param {string} file
 */
function docComments(text, file) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  /** @type {Map<number, { lines: string[], firstLine: number }>} */
  const comments = new Map();
  const visit = (/** @type {ts.Node} */ node) => {
    for (const comment of ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc)) {
      comments.set(comment.pos, {
        lines: text
          .slice(comment.pos, comment.end)
          .split(/\r?\n/)
          .map((line) => line.replace(/^\s*(?:\/\*\*|\*\/|\*) ?/, '').replace(/\*\/$/, '')),
        firstLine: source.getLineAndCharacterOfPosition(comment.pos).line + 1,
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...comments.values()];
}

/**
 * @param {readonly string[]} lines
 * @param {number} firstLine
 * @param {readonly Example[]} blocks
 */
function examplesWithoutBlock(lines, firstLine, blocks) {
  const tags = lines.flatMap((line, i) =>
    /^\s*@[a-z]/.test(line) ? [{ line: firstLine + i, text: line }] : [],
  );
  return tags
    .filter(({ text }) => /^\s*@example\b/.test(text))
    .filter(({ line }) => {
      const next = tags.find((tag) => tag.line > line)?.line ?? Number.POSITIVE_INFINITY;
      return !blocks.some((block) => block.line > line && block.line < next);
    })
    .map(({ line }) => line);
}

/** @param {string} tree @returns {string[]} */
function documentationOf(tree) {
  const packages = list(join(tree, 'packages'));
  return [
    ...list(tree).filter((path) => path.endsWith('README.md')),
    ...walk(join(tree, 'docs')).filter((path) => path.endsWith('.md')),
    ...packages.flatMap((path) => list(path).filter((file) => file.endsWith('README.md'))),
    ...packages.flatMap((path) =>
      walk(join(path, 'src')).filter((file) => /(?<!\.test|\.test-d|\.d)\.ts$/.test(file)),
    ),
  ];
}

/** @param {string} folder @returns {string[]} */
function list(folder) {
  return existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((name) => join(folder, name))
    : [];
}

/** @param {string} folder @returns {string[]} */
function walk(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
