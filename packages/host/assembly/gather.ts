import { magnitudes } from './lanes';

/**
 * Writes the kept magnitudes of clusters of eight neighbours to `out`, and returns how many. `starts`: the first element
 * of each, or 0 as a pointer where they lie one after the other. `masks`: a word each, its lowest byte. Each cluster may
 * write eight words, whatever is kept of it.
 */
export function gather(data: usize, starts: usize, masks: usize, clusters: u32, out: usize): u32 {
  let o = out;
  for (let c: u32 = 0; c < clusters; c++) {
    const p = data + (starts == 0 ? <usize>c << 5 : <usize>load<u32>(starts + (<usize>c << 2)) << 2);
    let kept = load<u32>(masks + (<usize>c << 2));
    if (kept == 0xff) {
      v128.store(o, magnitudes(v128.load(p)));
      v128.store(o, magnitudes(v128.load(p, 16)), 16);
      o += 32;
      continue;
    }
    for (; kept != 0; kept &= kept - 1, o += 4) {
      store<i32>(o, load<i32>(p + (<usize>ctz(kept) << 2)) & 0x7fffffff);
    }
  }
  return <u32>((o - out) >> 2);
}
