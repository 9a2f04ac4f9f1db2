"use strict";
// "Copy" in the menu of a post and beside what is shown once, where the browser lets
// pages copy.
(() => {
  if (!navigator.clipboard) return;
  const offer = (after, says, what) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = says;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(what);
        button.textContent = "Copied";
      } catch {
        button.textContent = "The browser does not let us copy";
      }
      setTimeout(() => { button.textContent = says; }, 3000);
    });
    after.after(button);
    return button;
  };
  document.addEventListener("toggle", event => {
    const link = event.target.open && event.target.matches(".more") && event.target.querySelector("a[data-copy]");
    if (link && !link.nextElementSibling?.matches(".copy")) offer(link, "Copy the link", link.href);
  }, true);
  for (const field of document.querySelectorAll("input[data-copy]")) {
    offer(field, "Copy", field.value).classList.add("small");
    field.addEventListener("focus", () => field.select());
  }
})();
