/**
 * The codes of `PruneError` that this package throws, beside those of the packages it stands on.
 *
 * | code | what happened |
 * |---|---|
 * | `bad-model` | a model breaks its file format, or a limit that keeps hostile files harmless |
 *
 * @see docs/errors.md
 */
export type TfliteErrorCode = 'bad-model';
