/**
 * Codes of `PruneError` that the command line throws beside those of the packages under it.
 *
 * | code | what happened |
 * |---|---|
 * | `bad-inputs` | a file of inputs cannot be read, or does not fit the model |
 * | `bad-path` | a path that was given cannot be read, or written to |
 * | `no-runtime` | no ONNX Runtime could be loaded |
 */
export type CliErrorCode = 'bad-inputs' | 'bad-path' | 'no-runtime';
