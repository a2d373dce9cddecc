/**
 * The codes of `PruneError` that this package throws, beside those of the packages it stands on.
 *
 * | code | what happened |
 * |---|---|
 * | `bad-model` | a model that is to be packed breaks its format |
 * | `corrupt-file` | a packed file is cut, changed on the way, or none |
 * | `file-version` | a packed file has a version that this release cannot read |
 * | `file-failed` | a file could not be read from its address |
 * | `too-large` | a packed file holds more than the limit allows |
 * | `wrong-kind` | a packed file holds another kind of model than asked for |
 *
 * @see docs/errors.md
 */
export type SparseErrorCode =
  | 'bad-model'
  | 'corrupt-file'
  | 'file-version'
  | 'file-failed'
  | 'too-large'
  | 'wrong-kind';
