"use strict";
// What is being written is kept in this browser until it is sent, one draft for each post that is answered
// or edited. The server's cookie tells which form it has taken. And it counts characters as the server does.
(() => {
  const taken = document.cookie.split("; ").find(c => c.startsWith("sent="))?.slice(5);
  const old = Date.now() - 30 * 24 * 3600 * 1000;
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith("draft ")) continue;
    const kept = JSON.parse(localStorage.getItem(name));
    if (kept.key === taken || kept.at < old) localStorage.removeItem(name);
  }
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const name = "draft " + form.dataset.draft;
  const { text, warning, key } = form.elements;

  const counted = document.getElementById("text-count");
  const clusters = window.Intl?.Segmenter && new Intl.Segmenter(undefined, { granularity: "grapheme" });
  const count = () => {
    const said = text.value.trim().replace(/https?:\/\/\S+/gi, "x".repeat(23)).replace(/(^|[^\w/])(@\w+)@[\w.-]+\w/g, "$1$2");
    const n = (clusters ? [...clusters.segment(said)].length : [...said].length) + [...warning.value].length;
    const most = Number(counted.dataset.max);
    counted.textContent = n > most ? `${n - most} characters too many of ${most}` : `${n} of ${most} characters`;
    counted.classList.toggle("wrong", n > most);
  };

  const begun = text.value;
  const began = warning.value;
  const keep = () => {
    if (text.value === begun && warning.value === began) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify({ key: key.value, text: text.value, warning: warning.value, at: Date.now() }));
  };
  const kept = JSON.parse(localStorage.getItem(name));
  if (kept && kept.text !== begun && !("again" in form.dataset)) {
    const offer = document.createElement("p");
    offer.className = "done";
    offer.setAttribute("role", "status");
    offer.append("You began to write something here, and it was not sent. ");
    for (const [say, take] of [["Go on with it", true], ["Throw it away", false]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = take ? "small" : "small second";
      button.textContent = say;
      button.addEventListener("click", () => {
        if (take) {
          text.value = kept.text;
          warning.value = kept.warning;
          warning.closest("details").open = kept.warning !== "";
        }
        keep();
        count();
        offer.remove();
        text.focus();
      });
      offer.append(button, " ");
    }
    form.before(offer);
  }
  form.addEventListener("input", () => { count(); keep(); });
  if ("again" in form.dataset) keep();
  count();
  text.setSelectionRange(text.value.length, text.value.length);
})();
