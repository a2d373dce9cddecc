/** onnxruntime-web 1.19.2, as far as a test uses it; vitest's configuration says where it is. */
declare module 'onnxruntime-web-training/training' {
  export const env: import('onnxruntime-common').Env;
  export const Tensor: import('onnxruntime-common').TensorConstructor;
  export const TrainingSession: {
    create(
      artefacts: object,
      options?: object,
    ): Promise<
      import('../index.js').LegacyTrainingSession & {
        runTrainStep(feeds: object): Promise<Record<string, { readonly data: Float32Array }>>;
        lazyResetGrad(): Promise<void>;
        release(): Promise<void>;
      }
    >;
  };
}
