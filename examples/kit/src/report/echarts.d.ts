/** All of echarts in one file: as 600 modules it takes half a second to load. */
declare module 'echarts/dist/echarts.esm.min.mjs' {
  export { init } from 'echarts';
}
