import { registerWasmTrainingKernels } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
await tf.setBackend('wasm'); registerWasmTrainingKernels();
const nets={
 'dense 784-512-10, batch 64': ()=>[tf.sequential({layers:[tf.layers.dense({units:512,activation:'relu',inputShape:[784]}),tf.layers.dense({units:10,activation:'softmax'})]}),[64,784]],
 'dense 8-16-3, batch 16': ()=>[tf.sequential({layers:[tf.layers.dense({units:16,activation:'relu',inputShape:[8]}),tf.layers.dense({units:10,activation:'softmax'})]}),[16,8]],
 'lstm 32 over 24 steps, batch 32': ()=>[tf.sequential({layers:[tf.layers.lstm({units:32,inputShape:[24,1],recurrentInitializer:'glorotUniform'}),tf.layers.dense({units:10,activation:'softmax'})]}),[32,24,1]],
 'conv 28x28 8-16, batch 32': ()=>[tf.sequential({layers:[tf.layers.conv2d({filters:8,kernelSize:3,activation:'relu',inputShape:[28,28,1]}),tf.layers.maxPooling2d({poolSize:2}),tf.layers.conv2d({filters:16,kernelSize:3,activation:'relu'}),tf.layers.flatten(),tf.layers.dense({units:10,activation:'softmax'})]}),[32,28,28,1]],
};
const results={};
for (const [name,make] of Object.entries(nets)) {
  const ready={};
  for (const b of ['cpu','wasm']) { await tf.setBackend(b); const [m,shape]=make(); m.compile({optimizer:'adam',loss:'categoricalCrossentropy'}); ready[b]={m,x:tf.randomUniform(shape),y:tf.oneHot(tf.range(0,shape[0],1,'int32').mod(tf.scalar(10,'int32')),10)}; await m.trainOnBatch(ready[b].x,ready[b].y); }
  const ratios=[];
  for (let r=0;r<7;r++) { const t={}; for (const b of ['cpu','wasm']) { await tf.setBackend(b); const {m,x,y}=ready[b]; const s=performance.now(); await m.trainOnBatch(x,y); await m.trainOnBatch(x,y); t[b]=(performance.now()-s)/2; } ratios.push(t.cpu/t.wasm); results[name]=t; }
  ratios.sort((a,b)=>a-b); console.log(name,'cpu/wasm',ratios[3].toFixed(2),JSON.stringify(results[name]));
}
