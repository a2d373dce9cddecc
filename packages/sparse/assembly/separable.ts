/*
 * A depthwise convolution, of one filter a channel, and the product of its pixels. A tile of pixels is convolved straight into
 * where the product reads it. Images lie as `[height, width, channels]`, channels are a multiple of four.
 */
import { allFinite } from './finite';
import { tileSums } from './products';
import { SLIM, startTile, turn, turnOut, widthOf } from './tiles';
import { Weights } from './weights';

/** Where a window goes, as run-separable.ts of kernels/ writes it. Distances are in pixels. */
@unmanaged
export class Window {
  /** Of an image. */
  height: u32;
  width: u32;
  /** Places of the window. */
  rows: u32;
  columns: u32;
  /** Edges of the window, how far it moves, and from one of its pixels to the next. */
  tall: u32;
  broad: u32;
  strideDown: u32;
  strideRight: u32;
  dilationDown: u32;
  dilationRight: u32;
  /** Zeros above and to the left of an image. */
  top: u32;
  left: u32;
  /** `[tall, broad, channels]`. */
  filter: usize;
}

@inline
function reachOf(places: u32, stride: u32, edge: u32, dilation: u32): u32 {
  return (places - 1) * stride + (edge - 1) * dilation + 1;
}

/** An image with the zeros around it that windows see, `[reach, reach, channels]`. */
function pad(at: Window, image: usize, pixel: usize, down: u32, right: u32, to: usize): void {
  const line = <usize>right * pixel,
    own = <usize>at.width * pixel;
  const before = min(<usize>at.left * pixel, line);
  const some = min(own, line - before);
  for (let row: u32 = 0; row < down; row++) {
    if (row < at.top || row - at.top >= at.height) memory.fill(to, 0, line);
    else {
      memory.fill(to, 0, before);
      memory.copy(to + before, image + <usize>(row - at.top) * own, some);
      memory.fill(to + before + some, 0, line - before - some);
    }
    to += line;
  }
}

/** Four windows that begin at these pixels, to four samples of a tile. */
export function convolveFour(
  at: Window,
  a: usize,
  b: usize,
  c: usize,
  d: usize,
  pixel: usize,
  line: usize,
  to: usize,
  next: usize,
): void {
  const down = <usize>at.dilationDown * line,
    right = <usize>at.dilationRight * pixel,
    tall = at.tall,
    broad = at.broad;
  b -= a;
  c -= a;
  d -= a;
  let channel: usize = 0;
  // Eight channels at a time, or every sum waits for the one before it.
  for (; channel + 32 <= pixel; channel += 32) {
    let s0 = f32x4.splat(0),
      s1 = s0,
      s2 = s0,
      s3 = s0,
      t0 = s0,
      t1 = s0,
      t2 = s0,
      t3 = s0;
    let filter = at.filter + channel,
      from = a + channel;
    for (let y: u32 = 0; y < tall; y++) {
      let x = from;
      for (let z: u32 = 0; z < broad; z++) {
        const s = v128.load(filter),
          t = v128.load(filter, 16);
        s0 = f32x4.add(s0, f32x4.mul(s, v128.load(x)));
        t0 = f32x4.add(t0, f32x4.mul(t, v128.load(x, 16)));
        s1 = f32x4.add(s1, f32x4.mul(s, v128.load(x + b)));
        t1 = f32x4.add(t1, f32x4.mul(t, v128.load(x + b, 16)));
        s2 = f32x4.add(s2, f32x4.mul(s, v128.load(x + c)));
        t2 = f32x4.add(t2, f32x4.mul(t, v128.load(x + c, 16)));
        s3 = f32x4.add(s3, f32x4.mul(s, v128.load(x + d)));
        t3 = f32x4.add(t3, f32x4.mul(t, v128.load(x + d, 16)));
        filter += pixel;
        x += right;
      }
      from += down;
    }
    turn(s0, s1, s2, s3, to, next);
    to += next << 2;
    turn(t0, t1, t2, t3, to, next);
    to += next << 2;
  }
  if (channel == pixel) return;
  let s0 = f32x4.splat(0),
    s1 = s0,
    s2 = s0,
    s3 = s0;
  let filter = at.filter + channel;
  for (let y: u32 = 0; y < tall; y++) {
    let x = a + channel;
    for (let z: u32 = 0; z < broad; z++) {
      const s = v128.load(filter);
      s0 = f32x4.add(s0, f32x4.mul(s, v128.load(x)));
      s1 = f32x4.add(s1, f32x4.mul(s, v128.load(x + b)));
      s2 = f32x4.add(s2, f32x4.mul(s, v128.load(x + c)));
      s3 = f32x4.add(s3, f32x4.mul(s, v128.load(x + d)));
      filter += pixel;
      x += right;
    }
    a += down;
  }
  turn(s0, s1, s2, s3, to, next);
}

/** Where the window's place of a number begins, the last one for those beyond it. */
@inline
function placeAt(at: Window, place: u32, pixel: usize, line: usize): usize {
  const i = min(place, at.rows * at.columns - 1);
  return <usize>((i / at.columns) * at.strideDown) * line + <usize>((i % at.columns) * at.strideRight) * pixel;
}

/**
 * `[images, height, width, inputs]` to `[images, rows, columns, outputs]`.
 *
 * @returns whether all pixels between are finite; where not, `out` is to be made anew
 */
export function separable(
  w: Weights,
  at: Window,
  images: u32,
  x: usize,
  bias: usize,
  low: f32,
  high: f32,
  out: usize,
  scratch: usize,
): bool {
  const pixel: usize = (<usize>w.inputs) << 2;
  const down = reachOf(at.rows, at.strideDown, at.tall, at.dilationDown),
    right = reachOf(at.columns, at.strideRight, at.broad, at.dilationRight);
  const line = <usize>right * pixel,
    places = at.rows * at.columns;
  const tile = scratch + <usize>down * line;
  for (let image: u32 = 0; image < images; image++) {
    pad(at, x, pixel, down, right, scratch);
    for (let first: u32 = 0; first < places; ) {
      const width = max(SLIM, widthOf(w.shift, places - first));
      const count = min(width, places - first),
        next: usize = (<usize>width) << 2;
      for (let s: u32 = 0; s < width; s += 4) {
        const place = first + s;
        convolveFour(
          at,
          scratch + placeAt(at, place, pixel, line),
          scratch + placeAt(at, place + 1, pixel, line),
          scratch + placeAt(at, place + 2, pixel, line),
          scratch + placeAt(at, place + 3, pixel, line),
          pixel,
          line,
          tile + ((<usize>s) << 2),
          next,
        );
      }
      if (!allFinite(tile, w.inputs * width)) return false;
      const sums = tile + <usize>w.inputs * next;
      startTile(w, width, bias, sums);
      tileSums(w, width, tile, sums);
      turnOut(w, w.rows, width, count, low, high, sums, (<usize>w.rows) << 2, out);
      out += ((<usize>count) * w.rows) << 2;
      first += count;
    }
    x += <usize>(at.height * at.width) * pixel;
  }
  return true;
}
