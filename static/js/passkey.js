// Offers a passkey where the browser knows passkeys, and says in words when none was given.
(function () {
  "use strict";
  if (!window.PublicKeyCredential) return;
  for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = false;
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    for (const part of document.querySelectorAll("[data-passkey-none]")) part.hidden = false;
  });
})();
