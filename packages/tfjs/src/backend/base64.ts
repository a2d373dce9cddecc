/** Bytes as base64, as the masks in a state are. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  // In pieces, because a call takes no more than some ten thousand arguments.
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}

/** As many bytes as expected, or `undefined` when the text is not base64 of that many: its length is looked at first. */
export function fromBase64(text: string, bytes: number): Uint8Array | undefined {
  if (text.length !== 4 * Math.ceil(bytes / 3)) return undefined;
  try {
    const decoded = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return decoded.length === bytes ? decoded : undefined;
  } catch {
    return undefined;
  }
}
