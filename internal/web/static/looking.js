"use strict";
// More of a thread or of a person's posts, as it is found. Without this file the page has a link to look again.
(() => {
  const note = document.getElementById("looking");
  if (!note) return;
  const [words, again] = note.children;
  const parts = () => [...document.querySelectorAll("[data-part]")];
  // What is being used or was opened stays as it is; the link shows the rest.
  const busy = () => parts().some(p => p.contains(document.activeElement) || p.querySelector("details[open]"));

  const swap = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html", "Sec-Purpose": "prefetch" } });
    if (!answer.ok || answer.redirected || busy()) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const still = document.querySelector(".focus");
    const top = still?.getBoundingClientRect().top;
    for (const part of parts()) {
      const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
      if (fresh) part.replaceChildren(...fresh.childNodes);
    }
    if (still) scrollBy({ top: still.getBoundingClientRect().top - top, behavior: "instant" }); // what is read keeps its place
    return true;
  };

  const ask = async left => {
    if (left === 0) return end("Not all of it could be found yet.");
    try {
      const at = new URL(again.pathname + "/news", location.href);
      at.search = location.search;
      const answer = await fetch(at, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return end("");
      const { looking, mark } = await answer.json();
      if (mark !== note.dataset.mark) {
        if (busy() || !await swap()) return end("There is more.");
        note.dataset.mark = mark;
      }
      if (!looking) return end("");
      setTimeout(ask, 300, left - 1);
    } catch {
      end("The server does not answer.");
    }
  };
  const end = text => {
    words.textContent = text;
    again.hidden = text === "";
  };
  ask(20);
})();
