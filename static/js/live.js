// A part of a page that says how work goes on reads itself again, every `data-live` seconds, until the work is done.
// Without this script the page has a link that does the same.
(function () {
  "use strict";
  async function again() {
    const part = document.querySelector("[data-live]");
    if (!part) return;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector("[data-state]");
        if (fresh) part.replaceWith(fresh);
      }
    } catch { /* the next try may reach us */ }
    wait();
  }
  function wait() {
    const part = document.querySelector("[data-live]");
    if (part) setTimeout(again, 1000 * Number(part.dataset.live));
  }
  wait();
})();
