import { unsupported } from '../format/bad-model.js';
import { tablesOf } from '../format/fields.js';
import type { Model } from '../model/model.js';

/**
 * Whether all that a model holds can be written anew, and nothing gets lost.
 *
 * @throws PruneError `unsupported` by the name of what cannot
 */
export function requireWritable({ root, unknown, trailing }: Model): void {
  const cannot = (what: string) =>
    unsupported(
      `the model cannot be written anew: it has ${what}. Without sparse: true it is pruned in place`,
    );
  if (unknown.length > 0)
    throw cannot(`what the schema known here does not: ${unknown.slice(0, 5).join(', ')}`);
  if (trailing > 0) throw cannot(`${trailing} bytes behind it, such as files that are packed into it`);
  if (tablesOf(root, 'externalBuffers').length > 0) throw cannot('data in other files');
  const outside = (size: unknown) => typeof size === 'bigint' && size > 1n;
  if (tablesOf(root, 'buffers').some(({ offset }) => outside(offset))) {
    throw cannot('data behind the part that it begins with, as models beyond 2 GiB have');
  }
  const operators = tablesOf(root, 'subgraphs').flatMap((graph) => tablesOf(graph, 'operators'));
  if (operators.some(({ largeCustomOptionsOffset: offset }) => outside(offset))) {
    throw cannot('options of an operator of its own behind the part that it begins with');
  }
}
