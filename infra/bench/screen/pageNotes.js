/* eslint-env browser */
// Runs in the page before anything of it: notes when what has been drawn, and how often the browser could draw. A frame of the market
// is drawn in the browser's next frame; what is queued in that one runs when it has been drawn. The ladder is drawn when its elements
// have changed.
globalThis.notes = { chart: [], ladder: [], intervals: [] };
(({ chart, ladder, intervals }) => {
  let received = 0;
  const now = () => performance.timeOrigin + performance.now();
  const afterFrame = (then) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = then;
      port2.postMessage(0);
    });
  globalThis.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', ({ data }) => {
        if (!(data instanceof ArrayBuffer)) return;
        const header = new DataView(data);
        // See graph/screen/marketFrame.ts; of other kinds are histories of depth.
        if (header.getUint8(1) > 2) return;
        const records = (received = header.getFloat64(24, true));
        afterFrame(() => chart.push([records, now()]));
      });
    }
  };
  new MutationObserver((changes) => {
    if (!changes.some(({ target }) => target.parentElement?.closest('.ladder'))) return;
    const records = received;
    afterFrame(() => ladder.push([records, now()]));
  }).observe(document, { subtree: true, childList: true, characterData: true });
  let last;
  const tick = (at) => {
    if (last !== undefined) intervals.push(at - last);
    last = at;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
})(globalThis.notes);

/** What has been noted since it was asked last. */
globalThis.takeNotes = () => {
  const lists = Object.entries(globalThis.notes);
  return Object.fromEntries(lists.map(([name, list]) => [name, list.splice(0)]));
};
