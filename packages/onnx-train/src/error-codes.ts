/**
 * The codes of `PruneError` that this package throws, beside those of the packages it stands on.
 *
 * | code | what happened |
 * |---|---|
 * | `unsupported-operator` | a model uses an operator in a way that cannot be trained through |
 *
 * @see docs/errors.md
 */
export type OnnxTrainErrorCode = 'unsupported-operator';
