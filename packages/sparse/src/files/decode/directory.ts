import { LARGEST_GROUP, PLANES, WIDTHS } from './format.js';

/** A part of a tensor, and the bytes of the result in front of it that belong to none. */
export interface Piece {
  readonly elements: number;
  readonly coding: number;
  /** Elements that are not zero. */
  readonly kept: number;
  /** Parameter of the Rice code of the gaps between them. */
  readonly rice: number;
  /** Of values with a scale for each index of an axis: elements of one, and where the piece starts. */
  readonly inner: number;
  readonly start: number;
  /** Of values whose leading bits are listed: how many bits trail. */
  readonly trailing: number;
  /** Lengths of what the file has of it, plain: the gap, the mask, the table, the planes, the trailing bits. */
  readonly lengths: readonly number[];
  /** Which of these are deflated, a bit each. */
  readonly deflated: number;
}

/** Pieces whose deflated streams are one: that one, then the plain ones, then a checksum. */
export interface Group {
  /** Bytes of what is deflated, before and after; and of what is plain. */
  readonly packed: number;
  readonly inflated: number;
  readonly plain: number;
  readonly pieces: readonly Piece[];
}

/** What a file says of itself. */
export interface Directory {
  readonly head: { readonly kind?: unknown } | null;
  /** Lengths of the buffers of the result, which the groups fill one behind the other. */
  readonly sizes: readonly number[];
  readonly groups: readonly Group[];
  /** Bytes of the result, and of the groups in the file. */
  readonly result: number;
  readonly bytes: number;
}

/** Reads a directory. Throws whatever it throws when that is not right in itself. */
export function readDirectory(directory: Uint8Array): Directory {
  let [at, bytes, result] = [0, 0, 0];
  const require = (holds: boolean): void => {
    // Where it went wrong, for the cause of an error.
    if (!holds) throw at;
  };
  const number = (): number => {
    let value = 0;
    let byte = 128;
    for (let unit = 1; byte > 127; unit *= 128) {
      byte = directory[at]!;
      at += 1;
      require(at <= directory.length && unit < 2 ** 49);
      value += (byte & 127) * unit;
    }
    return value;
  };
  /** No list is longer than what is left. */
  const list = <Value>(read: () => Value): Value[] => {
    const length = number();
    require(length <= directory.length);
    return Array.from({ length }, read);
  };
  const length = number();
  const text = directory.subarray(at, at + length);
  at += length;
  const sizes = list(number);
  const groups = list((): Group => {
    const packed = number();
    let [inflated, plain, size] = [0, 0, 0];
    const pieces = list((): Piece => {
      const [gap, elements, coding, kept, rice, mask, table, inner, start, trailing, deflated] = Array.from(
        { length: 11 },
        number,
      ) as [number, number, number, number, number, number, number, number, number, number, number];
      require(kept <= elements && rice < 23 && trailing < 25);
      const planes = new Array<number>(PLANES[coding]!).fill(kept);
      const lengths = [gap, mask, 4 * table, ...planes, Math.ceil((kept * trailing) / 8)];
      lengths.forEach((length, i) => {
        if ((deflated >> i) & 1) inflated += length;
        else plain += length;
      });
      size += gap + elements * WIDTHS[coding]!;
      return { elements, coding, kept, rice, inner, start, trailing, lengths, deflated };
    });
    require(size <= LARGEST_GROUP && packed + inflated + plain <= 4 * LARGEST_GROUP);
    bytes += packed + plain + 4;
    result += size;
    return { packed, inflated, plain, pieces };
  });
  require(at === directory.length && result === sizes.reduce((sum, size) => sum + size, 0));
  return { head: JSON.parse(new TextDecoder().decode(text)), sizes, groups, result, bytes };
}
