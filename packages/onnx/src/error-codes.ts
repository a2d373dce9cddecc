/**
 * The codes of `PruneError` that this package throws, beside those of the packages it stands on.
 *
 * | code | what happened |
 * |---|---|
 * | `bad-model` | a model breaks its file format, or a limit that keeps hostile files harmless |
 * | `external-data` | a model keeps weights in other files: not asked for, missing, too short or out of bounds |
 * | `file-failed` | a file could not be read or written |
 * | `unsupported-operator` | a graph cannot hold an operator as a model uses it, or a step cannot be trained through it |
 *
 * @see docs/errors.md
 */
export type OnnxErrorCode = 'bad-model' | 'external-data' | 'file-failed' | 'unsupported-operator';
