/**
 * The codes of `PruneError` that this package throws.
 *
 * | code | what happened |
 * |---|---|
 * | `file-failed` | a file could not be read or written |
 *
 * @see docs/errors.md
 */
export type FilesErrorCode = 'file-failed';
