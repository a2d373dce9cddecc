/** What a file can be refused for. */
export type PackedFileErrorCode =
  | 'corrupt-file'
  | 'file-version'
  | 'file-failed'
  | 'too-large'
  | 'wrong-kind';

/** An error with the name and the codes of `PruneError`, without the package that it is of. */
export function fileError(code: PackedFileErrorCode, message: string, cause?: unknown): Error {
  return Object.assign(new Error(`unpack needs ${message}`, { cause }), { name: 'PruneError', code });
}

/** The error of a file that is not what `pack` made, with what was needed and what was got. */
export function corrupt(message: string, cause?: unknown): Error {
  return fileError('corrupt-file', message, cause);
}

/** What `work` gives. @throws `corrupt-file` when it throws */
export function attempt<Value>(what: string, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw corrupt(what, error);
  }
}
