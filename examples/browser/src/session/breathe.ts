/**
 * Lets the page draw and answer. In a page that nobody sees no frame comes; then it goes on after the other
 * waiting work.
 */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    if (document.hidden) {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
      return;
    }
    // tf.nextFrame would wait for ever if the page were hidden in between.
    const timer = setTimeout(resolve, 250);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
