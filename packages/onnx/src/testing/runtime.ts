/** onnxruntime-node, as tests use it. */
export interface Runtime {
  readonly Tensor: typeof import('onnxruntime-node').Tensor;
  /** A tensor of small, fixed values. */
  tensor(type: 'float32', dims: readonly number[]): import('onnxruntime-node').Tensor;
  /** Loads a model, runs it once on one thread, and gives the float32 outputs. */
  run(
    model: Uint8Array | string,
    feeds: Record<string, unknown>,
    externalData?: Readonly<Record<string, Uint8Array>>,
  ): Promise<Record<string, number[]>>;
}

export async function loadRuntime(): Promise<Runtime> {
  // Before the import: the library reads it when it is loaded.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const ort = await import('onnxruntime-node');
  return {
    Tensor: ort.Tensor,
    tensor: (type, dims) => {
      const length = dims.reduce((product, edge) => product * edge, 1);
      return new ort.Tensor(
        type,
        Float32Array.from({ length }, (_, i) => Math.sin(i * 0.37) * 0.1),
        dims,
      );
    },
    run: async (model, feeds, externalData = {}) => {
      const session = await ort.InferenceSession.create(model as string, {
        intraOpNumThreads: 1,
        graphOptimizationLevel: 'basic',
        logSeverityLevel: 3,
        externalData: Object.entries(externalData).map(([path, data]) => ({ path, data })),
      });
      const outputs = await session.run(feeds as Record<string, import('onnxruntime-node').Tensor>);
      await session.release();
      return Object.fromEntries(
        Object.entries(outputs).map(([name, { data }]) => [
          name,
          Array.from(data as ArrayLike<number>, Number),
        ]),
      );
    },
  };
}
