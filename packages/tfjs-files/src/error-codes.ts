/**
 * The codes of `PruneError` that this package throws, beside those of the packages it stands on.
 *
 * | code | what happened |
 * |---|---|
 * | `bad-model` | a model breaks its file format, or a limit that keeps hostile files harmless |
 * | `external-data` | a shard of weights is missing, of another length than its manifest says, or out of bounds |
 * | `file-failed` | a file could not be read or written |
 *
 * @see docs/errors.md
 */
export type TfjsFilesErrorCode = 'bad-model' | 'external-data' | 'file-failed';
