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
        if (fresh) replace(part, fresh, page.title);
      }
    } catch { /* the next try may reach us */ }
    wait();
  }
  // Whoever hears the page is told where it stands now, and keeps a place in it.
  function replace(part, fresh, title) {
    const held = part.contains(document.activeElement);
    part.replaceWith(fresh);
    document.title = title;
    const heading = fresh.querySelector("h1") || document.querySelector("main h1");
    if (fresh.dataset.state !== part.dataset.state) told.textContent = heading.textContent;
    if (held) {
      heading.tabIndex = -1;
      heading.focus();
    }
  }
  const told = document.createElement("p");
  told.className = "vh";
  told.setAttribute("role", "status");
  document.querySelector("main").append(told);
  function wait() {
    const part = document.querySelector("[data-live]");
    if (part) setTimeout(again, 1000 * Number(part.dataset.live));
  }
  wait();
})();
