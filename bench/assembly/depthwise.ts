/*
 * Gradients of depthwise convolutions with one filter a channel, in AssemblyScript. Images lie as [images, height, width,
 * channels], kernels as [edge, edge, channels], all float32, and channels are a multiple of four. Sums begin with what
 * lies where they go.
 */

/** Adds up the kernel's gradient: what each tap saw, times the error there. */
export function kernelGradient(
  images: usize,
  errors: usize,
  kernel: usize,
  count: i32,
  height: i32,
  width: i32,
  rows: i32,
  columns: i32,
  channels: i32,
  edge: i32,
  stride: i32,
  top: i32,
  left: i32,
): void {
  const bytes: usize = (<usize>channels) << 2;
  for (let image: i32 = 0; image < count; image++) {
    for (let row: i32 = 0; row < rows; row++) {
      for (let tapY: i32 = 0; tapY < edge; tapY++) {
        const y: i32 = row * stride + tapY - top;
        if (y < 0 || y >= height) continue;
        for (let tapX: i32 = 0; tapX < edge; tapX++) {
          const tap: usize = kernel + <usize>(tapY * edge + tapX) * bytes;
          for (let c: usize = 0; c < bytes; c += 16) {
            let sum = v128.load(tap + c);
            for (let column: i32 = 0; column < columns; column++) {
              const x: i32 = column * stride + tapX - left;
              if (x < 0 || x >= width) continue;
              const pixel = v128.load(images + <usize>((image * height + y) * width + x) * bytes + c);
              const error = v128.load(errors + <usize>((image * rows + row) * columns + column) * bytes + c);
              sum = f32x4.add(sum, f32x4.mul(pixel, error));
            }
            v128.store(tap + c, sum);
          }
        }
      }
    }
  }
}

/** Adds up the images' gradient: each tap, times the errors where it saw them. */
export function imagesGradient(
  images: usize,
  errors: usize,
  kernel: usize,
  count: i32,
  height: i32,
  width: i32,
  rows: i32,
  columns: i32,
  channels: i32,
  edge: i32,
  stride: i32,
  top: i32,
  left: i32,
): void {
  const bytes: usize = (<usize>channels) << 2;
  for (let image: i32 = 0; image < count; image++) {
    for (let row: i32 = 0; row < rows; row++) {
      for (let tapY: i32 = 0; tapY < edge; tapY++) {
        const y: i32 = row * stride + tapY - top;
        if (y < 0 || y >= height) continue;
        for (let column: i32 = 0; column < columns; column++) {
          const error: usize = errors + <usize>((image * rows + row) * columns + column) * bytes;
          for (let tapX: i32 = 0; tapX < edge; tapX++) {
            const x: i32 = column * stride + tapX - left;
            if (x < 0 || x >= width) continue;
            const tap: usize = kernel + <usize>(tapY * edge + tapX) * bytes;
            const pixel: usize = images + <usize>((image * height + y) * width + x) * bytes;
            for (let c: usize = 0; c < bytes; c += 16) {
              const product = f32x4.mul(v128.load(error + c), v128.load(tap + c));
              v128.store(pixel + c, f32x4.add(v128.load(pixel + c), product));
            }
          }
        }
      }
    }
  }
}
