/** Arrays behind one another in a room of a memory. */
export interface LaidOut {
  readonly bytes: number;
  /** Copies all before the array `end`; where each of them is. */
  copyIn(memory: WebAssembly.Memory, room: number, end: number): number[];
  /** Copies those from `start` on back. */
  copyOut(memory: WebAssembly.Memory, room: number, start: number): void;
}

/** Each at a multiple of 16 bytes. */
export function layOut(arrays: readonly Float32Array[]): LaidOut {
  const offsets: number[] = [];
  let bytes = 0;
  for (const { length } of arrays) {
    offsets.push(bytes);
    bytes += 16 * Math.ceil(length / 4);
  }
  const view = (memory: WebAssembly.Memory, room: number, i: number): Float32Array =>
    new Float32Array(memory.buffer, room + offsets[i]!, arrays[i]!.length);
  return {
    bytes,
    copyIn(memory, room, end) {
      for (let i = 0; i < end; i += 1) view(memory, room, i).set(arrays[i]!);
      return offsets.map((offset) => room + offset);
    },
    copyOut(memory, room, start) {
      for (let i = start; i < arrays.length; i += 1) arrays[i]!.set(view(memory, room, i));
    },
  };
}
