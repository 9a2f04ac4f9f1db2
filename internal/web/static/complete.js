"use strict";
// While @name, #tag or :emoji is typed, what it may become is offered: a combobox with a list box, by keyboard or pointer.
(() => {
  const text = document.getElementById("text");
  if (!text) return;
  const list = document.createElement("ul");
  list.id = "offer";
  list.className = "offer";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "What you may mean");
  text.after(list);
  text.setAttribute("aria-autocomplete", "list");
  text.setAttribute("aria-controls", "offer");

  let asked = 0, at = -1, timer;
  const sources = { "@": "people", "#": "tags", ":": "emojis" };
  const typed = () => text.value.slice(0, text.selectionStart).match(/(?:^|[\s(])(@[\w.-]+(?:@[\w.:-]*)?|#[\p{L}\p{N}_]+|:\w+)$/u)?.[1];
  const close = () => {
    asked++;
    list.hidden = true;
    for (const name of ["role", "aria-expanded", "aria-activedescendant"]) text.removeAttribute(name);
  };
  const choose = i => {
    at = i;
    [...list.children].forEach((option, j) => option.setAttribute("aria-selected", i === j));
    text.setAttribute("aria-activedescendant", list.children[i].id);
    list.children[i].scrollIntoView({ block: "nearest" });
  };
  const take = option => {
    const part = typed();
    close();
    if (part === undefined) return;
    text.setRangeText(option.dataset.put + " ", text.selectionStart - part.length, text.selectionStart, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  };
  const offer = found => {
    list.replaceChildren(...found.map((one, i) => {
      const option = document.createElement("li");
      option.id = "offer-" + i;
      option.setAttribute("role", "option");
      option.dataset.put = one.put;
      if (one.face) {
        const face = document.createElement("img");
        Object.assign(face, { src: one.face, alt: "", className: "face" });
        option.append(face);
      }
      if (one.name) {
        const name = document.createElement("b");
        name.dir = "auto";
        name.textContent = one.name;
        option.append(name, " ");
      }
      option.append(one.put);
      option.addEventListener("pointerdown", e => { e.preventDefault(); take(option); });
      return option;
    }));
    if (found.length === 0) return close();
    list.hidden = false;
    text.setAttribute("role", "combobox");
    text.setAttribute("aria-expanded", "true");
    choose(0);
  };
  text.addEventListener("input", () => {
    clearTimeout(timer);
    const part = typed();
    if (!part) return close();
    timer = setTimeout(async () => {
      const mine = ++asked;
      try {
        const found = await (await fetch(`/compose/${sources[part[0]]}?q=${encodeURIComponent(part)}`)).json();
        if (mine === asked) offer(found);
      } catch { close(); }
    }, 150);
  });
  text.addEventListener("blur", close);
  text.addEventListener("keydown", e => {
    if (list.hidden) return;
    const n = list.children.length;
    if (e.key === "ArrowDown") choose((at + 1) % n);
    else if (e.key === "ArrowUp") choose((at + n - 1) % n);
    else if (e.key === "Enter" || e.key === "Tab") take(list.children[at]);
    else if (e.key === "Escape") close();
    else return;
    e.preventDefault();
  });
})();
