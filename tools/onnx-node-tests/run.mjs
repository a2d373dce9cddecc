// @ts-check
process.env.ORT_DISABLE_TELEMETRY = '1';
export const ort = await import('onnxruntime-node');

/** @param {Uint8Array} model */
export const load = (model) =>
  ort.InferenceSession.create(model, {
    graphOptimizationLevel: 'disabled',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  });
