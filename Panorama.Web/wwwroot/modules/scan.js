// Reads codes with the camera where the browser can; without it the field below does the same.
const box = document.querySelector("#scanner");
const formats = ["qr_code", "code_128", "data_matrix"];
if (box && "BarcodeDetector" in window && navigator.mediaDevices) {
  const [video, status, start, stop] = ["video", "[data-status]", "[data-start]", "[data-stop]"].map((s) => box.querySelector(s));
  let stream;
  const end = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = undefined;
    video.hidden = stop.hidden = true;
    start.hidden = false;
  };
  const supported = await BarcodeDetector.getSupportedFormats().catch(() => []);
  const wanted = formats.filter((format) => supported.includes(format));
  if (wanted.length > 0) {
    box.hidden = false;
    const detector = new BarcodeDetector({ formats: wanted });
    start.addEventListener("click", async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      } catch {
        status.textContent = status.dataset.denied;
        return;
      }
      video.srcObject = stream;
      video.hidden = stop.hidden = false;
      start.hidden = true;
      stop.focus();
      status.textContent = status.dataset.looking;
      await video.play();
      while (stream) {
        const [found] = await detector.detect(video).catch(() => []);
        if (found?.rawValue) {
          end();
          location.assign("/scan?text=" + encodeURIComponent(found.rawValue.slice(0, 500)));
          return;
        }
        await new Promise((again) => setTimeout(again, 150));
      }
    });
    stop.addEventListener("click", () => { end(); status.textContent = ""; start.focus(); });
    addEventListener("pagehide", end);
  }
}
