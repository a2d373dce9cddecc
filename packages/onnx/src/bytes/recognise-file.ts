/** Bytes at the start of a file that are looked at; a tar archive tells itself at byte 257. */
const LOOKED_AT = 1024;

interface Kind {
  /** What the file is, with what to do about it. */
  readonly is: string;
  readonly when: (head: Uint8Array, text: string) => boolean;
}

const startsWith =
  (...magic: readonly number[]) =>
  (head: Uint8Array): boolean =>
    magic.every((byte, i) => head[i] === byte);

const textAt =
  (at: number, ...magics: readonly string[]) =>
  (head: Uint8Array): boolean =>
    magics.some((magic) => latin(head.subarray(at, at + magic.length)) === magic);

/** In the order they are tried: a git-lfs pointer is text as well. */
const KINDS: readonly Kind[] = [
  {
    is: 'an empty file; what wrote or fetched it did not finish',
    when: (head) => head.length === 0,
  },
  {
    is: 'a git-lfs pointer, which only names the model; fetch it with git lfs pull',
    when: (_, text) => text.startsWith('version https://git-lfs'),
  },
  {
    is: 'an HTML page, which a server gave in place of the model; look at the address and whether it wants a login',
    when: (_, text) => /^<(!doctype html|html|head|body|!--)/i.test(text),
  },
  {
    is: 'XML, as OpenVINO describes a model; needed is the .onnx that it was made from',
    when: (_, text) => text.startsWith('<?xml'),
  },
  { is: 'compressed by gzip; unpack it first, with gunzip', when: startsWith(0x1f, 0x8b) },
  { is: 'compressed by zstd; unpack it first, with unzstd', when: startsWith(0x28, 0xb5, 0x2f, 0xfd) },
  { is: 'compressed by xz; unpack it first, with unxz', when: startsWith(0xfd, 0x37, 0x7a, 0x58, 0x5a) },
  { is: 'compressed by bzip2; unpack it first, with bunzip2', when: textAt(0, 'BZh') },
  { is: 'a 7z archive; unpack it first', when: startsWith(0x37, 0x7a, 0xbc, 0xaf) },
  { is: 'a tar archive; unpack it first', when: textAt(257, 'ustar') },
  {
    is: 'a PyTorch checkpoint (a zip archive with a pickle); export the module with torch.onnx.export',
    when: (head, text) => startsWith(0x50, 0x4b, 3, 4)(head) && /data\.pkl|archive\//.test(text),
  },
  {
    is: 'a Keras model (a zip archive); convert it with tf2onnx, or prune it with @synaprune/tfjs',
    when: (head, text) =>
      startsWith(0x50, 0x4b, 3, 4)(head) && /metadata\.json|model\.weights\.h5/.test(text),
  },
  {
    is: 'a zip archive, as .zip, .npz and PyTorch checkpoints are; unpack it, or export the model to ONNX',
    when: startsWith(0x50, 0x4b),
  },
  {
    is: "a model in ONNX Runtime's own .ort format; needed is the .onnx that it was converted from",
    when: textAt(4, 'ORTM'),
  },
  {
    is: 'a TensorFlow Lite model; needed is an .onnx, which tf2onnx makes of it',
    when: textAt(4, 'TFL3'),
  },
  {
    is: 'safetensors, which holds weights and no graph; export the model to ONNX where its code is',
    when: (head) => head.length > 9 && head[7] === 0 && textAt(8, '{"', '{ ')(head),
  },
  {
    is: 'GGUF, which no ONNX tool reads; export the model to ONNX where it came from',
    when: textAt(0, 'GGUF'),
  },
  { is: 'an HDF5 file, as Keras writes; convert it with tf2onnx', when: textAt(1, 'HDF\r\n') },
  { is: 'a NumPy array; needed is the whole model as .onnx', when: textAt(1, 'NUMPY') },
  {
    is: 'a Python pickle, as older PyTorch checkpoints are; export the module with torch.onnx.export',
    when: (head) => head[0] === 0x80 && head[1]! >= 2 && head[1]! <= 5,
  },
  {
    is: 'text in UTF-16, as some shells write when bytes are piped into a file; copy the file as bytes',
    when: (head) => startsWith(0xff, 0xfe)(head) || startsWith(0xfe, 0xff)(head),
  },
  {
    is: 'JSON; a TensorFlow.js model.json is for @synaprune/tfjs-files, anything else needs an export to ONNX',
    when: (_, text) => /^[{[]/.test(text) && isText(text),
  },
  { is: 'text', when: (head, text) => head.length > 3 && isText(text) },
  {
    is:
      'bytes that begin as no model does; those of a file beside one, such as model.onnx.data, go into ' +
      'externalData, with the bytes of the .onnx as the model',
    when: ([first = 0, second = 0]) =>
      first < 8 || [3, 4, 6, 7].includes(first & 7) || (first & second) >= 128,
  },
];

/**
 * What a file that is no ONNX model seems to be, and what to do about it; `undefined` where it looks like nothing
 * known. Only for what could not be read as a model: four bytes prove little.
 */
export function recogniseFile(bytes: Uint8Array): string | undefined {
  const head = bytes.subarray(0, LOOKED_AT);
  // A mark of UTF-8 and blank lines are no part of what a text starts with.
  const text = latin(head)
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart();
  return KINDS.find(({ when }) => when(head, text))?.is;
}

function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** Whether a text has none of the control characters that only binary data has. */
function isText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
  return text !== '' && !/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text);
}
