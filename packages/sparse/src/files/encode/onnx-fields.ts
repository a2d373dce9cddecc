/*
 * Just enough of the wire format of protocol buffers to find tensors in a model: nothing is changed by it, and what it
 * does not understand is no tensor.
 */

/** A field of a message: its number, how it is written, and where its value lies. */
export interface Field {
  readonly number: number;
  readonly wire: number;
  /** Of values that are no bytes, the number. */
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

/** The fields of the message in a range of bytes; `undefined` when it is none. */
export function fieldsOf(bytes: Uint8Array, start: number, end: number): readonly Field[] | undefined {
  const fields: Field[] = [];
  const next = varintReader(bytes, start, end);
  while (next.at < end) {
    const tag = next.read();
    const wire = tag % 8;
    let [value, length] = [0, 0];
    if (wire === 0) value = next.read();
    else if (wire === 1) length = 8;
    else if (wire === 2) length = next.read();
    else if (wire === 5) length = 4;
    else return undefined;
    const field = { number: Math.floor(tag / 8), wire, value, start: next.at, end: next.at + length };
    // Also for what is not a number.
    if (!(field.number > 0 && value >= 0 && field.end <= end)) return undefined;
    fields.push(field);
    next.at = field.end;
  }
  return fields;
}

/** Numbers one behind the other. */
export function varintsOf(bytes: Uint8Array, start: number, end: number): number[] {
  const numbers: number[] = [];
  for (const next = varintReader(bytes, start, end); next.at < end; ) numbers.push(next.read());
  return numbers;
}

/** Reads numbers; `NaN` for one that does not end. Of ten bytes, the most there are, a double keeps about how many. */
function varintReader(bytes: Uint8Array, start: number, end: number): { at: number; read(): number } {
  const reader = {
    at: start,
    read: () => {
      let value = 0;
      for (let i = 0, unit = 1; i < 10 && reader.at < end; i += 1, unit *= 128) {
        const byte = bytes[reader.at]!;
        reader.at += 1;
        value += (byte & 127) * unit;
        if (byte < 128) return value;
      }
      return Number.NaN;
    },
  };
  return reader;
}
