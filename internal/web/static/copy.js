"use strict";
// "Copy the link" in the menu of a post, where the browser lets pages copy.
(() => {
  if (!navigator.clipboard) return;
  document.addEventListener("toggle", event => {
    const link = event.target.open && event.target.matches(".more") && event.target.querySelector("a[data-copy]");
    if (!link || link.nextElementSibling?.matches(".copy")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy the link";
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(link.href);
        button.textContent = "Copied";
      } catch {
        button.textContent = "The browser does not let us copy";
      }
      button.setAttribute("aria-live", "polite");
      setTimeout(() => { button.textContent = "Copy the link"; }, 3000);
    });
    link.after(button);
  }, true);
})();
