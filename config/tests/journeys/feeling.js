/*
 * Notes what a page asks of the browser to make a ring felt; the browser does it all the same. felt.shaken: what was asked of
 * navigator.vibrate, and whether it was done. felt.loudness(): the loudest sample that reaches the speakers now.
 * felt.hide(is): the driver keeps every page in sight, so one that lies behind others has to be told so.
 */
(() => {
  const ears = [];
  const shaken = [];
  const vibrate = navigator.vibrate.bind(navigator);
  const { connect } = AudioNode.prototype;

  navigator.vibrate = (pattern) => {
    const isDone = vibrate(pattern);
    shaken.push({ pattern, isDone });
    return isDone;
  };

  AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode) {
      const ear = this.context.createAnalyser();
      connect.call(this, ear);
      ears.push(ear);
    }
    return connect.call(this, to, ...rest);
  };

  function loudest(ear) {
    const samples = new Float32Array(ear.fftSize);
    ear.getFloatTimeDomainData(samples);
    return Math.max(...samples.map(Math.abs));
  }

  window.felt = {
    shaken,
    loudness: () => Math.max(0, ...ears.map(loudest)),
    hide(is) {
      Object.defineProperty(document, "hidden", { configurable: true, value: is });
      document.dispatchEvent(new Event("visibilitychange"));
    },
  };
})();
