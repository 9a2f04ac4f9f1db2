"use strict";
// Likes, boosts and bookmarks in place. Without this file, or when the server answers otherwise than
// expected, the button sends its form.
(() => {
  const says = document.createElement("p");
  says.className = "toast";
  says.setAttribute("role", "status");
  document.body.append(says);
  let hush;
  const say = text => {
    says.textContent = text;
    clearTimeout(hush);
    hush = setTimeout(() => { says.textContent = ""; }, 8000);
  };

  const show = (button, on, count) => {
    const verb = button.dataset.act;
    const here = button.closest("article");
    const name = button.getAttribute("aria-label").split(",")[0];
    // The same post may stand on the page more than once.
    for (const twin of here ? document.querySelectorAll(`article[id="${CSS.escape(here.id)}"] button[data-act="${verb}"]`) : [button]) {
      twin.setAttribute("aria-pressed", on);
      twin.setAttribute("formaction", twin.getAttribute("formaction").replace(/[a-z]+$/, (on ? "un" : "") + verb));
      twin.setAttribute("aria-label", count ? `${name}, ${count}` : name);
      twin.querySelector("span").textContent = count || "";
    }
  };

  document.addEventListener("submit", async event => {
    const button = event.submitter;
    if (!button || !button.dataset.act || event.defaultPrevented) return;
    event.preventDefault();
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    const to = button.formAction;
    const on = button.getAttribute("aria-pressed") === "true";
    const count = Number(button.querySelector("span").textContent) || 0;
    show(button, !on, count);
    try {
      const answer = await fetch(to, {
        method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(new FormData(event.target)),
      });
      const kind = answer.headers.get("Content-Type") || "";
      if (!kind.startsWith("application/json")) {
        show(button, on, count);
        event.target.action = to;
        event.target.submit(); // whose page says what is wrong
        return;
      }
      const told = await answer.json();
      show(button, answer.ok ? !on : on, answer.ok ? told.count : count);
      say(answer.ok ? "" : told.error);
    } catch {
      show(button, on, count);
      say("The server cannot be reached. Try again in a moment.");
    } finally {
      button.ariaBusy = null;
    }
  });
})();
