/**
 * The codes of `PruneError` that this package throws, beside those of the packages it stands on.
 *
 * | code | what happened |
 * |---|---|
 * | `no-optimizer` | a model has no optimizer to attach to |
 * | `already-pruned` | weights are under another pruning already |
 * | `no-dropout` | a model has no dropout that could be replaced or coupled |
 *
 * @see docs/errors.md
 */
export type TfjsErrorCode = 'no-optimizer' | 'already-pruned' | 'no-dropout';
