// A sheet of the editor is kept while one types: some moments after the last key, and when the page is left.
// Without this script the button Save does the same.
(function () {
  "use strict";
  const QUIET = 2500;
  const form = document.getElementById("sheet");
  if (!form) return;
  let waiting = 0, sending = null, again = false;

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(keep, QUIET);
  }

  async function keep() {
    clearTimeout(waiting);
    if (sending) { again = true; return; }
    sending = send();
    await sending;
    sending = null;
    if (again) { again = false; soon(); }
  }

  async function send() {
    const sent = new FormData(form);
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(sent), credentials: "same-origin", headers: { "X-Kept-By-Itself": "1" } });
      if ([200, 409, 422].includes(answer.status)) {
        freshen(new DOMParser().parseFromString(await answer.text(), "text/html"), sent);
      }
    } catch { /* the button Save is still there, and the next key tries again */ }
  }

  function freshen(page, sent) {
    const sheet = page.getElementById("sheet");
    if (!sheet) return;
    form.elements.shown.value = sheet.elements.shown.value;
    for (const part of document.querySelectorAll("[data-fresh]")) {
      const fresh = part.dataset.fresh !== "terms" && page.querySelector(`[data-fresh="${part.dataset.fresh}"]`);
      for (const focused of fresh ? fresh.querySelectorAll("[autofocus]") : []) focused.removeAttribute("autofocus");
      if (fresh && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
    }
    for (const name of sheet.dataset.theirs.split(" ").filter(Boolean)) takeOver(name, sheet, sent);
  }

  // What somebody else wrote meanwhile is shown where this reader has typed nothing.
  function takeOver(name, sheet, sent) {
    const now = new FormData(form).getAll(name), fresh = new FormData(sheet).getAll(name);
    if (String(now) !== String(sent.getAll(name))) return;
    for (const control of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (control.type === "radio" || control.type === "checkbox") control.checked = fresh.includes(control.value);
      else control.value = fresh[0] ?? "";
    }
  }

  // Terms are looked up while one types.
  const seek = document.getElementById("id_seek");
  let seeking = 0;
  if (seek) seek.addEventListener("input", () => {
    clearTimeout(seeking);
    seeking = setTimeout(async () => {
      const answer = await fetch("?" + new URLSearchParams(new FormData(seek.form)), { credentials: "same-origin" }).catch(() => null);
      const fresh = answer && answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector('[data-fresh="terms"]');
      if (fresh) document.querySelector('[data-fresh="terms"]').replaceChildren(...fresh.childNodes);
    }, 300);
  });

  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  // What is on its way arrives first: else one would find one's own words as somebody else's.
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    again = false;
    if (!sending) return;
    event.preventDefault();
    sending.then(() => form.requestSubmit());
  });
})();
