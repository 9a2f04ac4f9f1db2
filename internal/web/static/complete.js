"use strict";
// While @name is typed, those whom it may mean are offered: a combobox with a list box, by keyboard or pointer.
(() => {
  const text = document.getElementById("text");
  if (!text) return;
  const list = document.createElement("ul");
  list.id = "people";
  list.className = "offer";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People");
  text.after(list);
  text.setAttribute("aria-autocomplete", "list");
  text.setAttribute("aria-controls", "people");

  let asked = 0, at = -1, timer;
  const typed = () => text.value.slice(0, text.selectionStart).match(/(?:^|[\s(])@([\w.-]+(?:@[\w.:-]*)?)$/)?.[1];
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
    text.setRangeText("@" + option.dataset.handle + " ", text.selectionStart - part.length - 1, text.selectionStart, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  };
  const offer = people => {
    list.replaceChildren(...people.map((one, i) => {
      const option = document.createElement("li");
      option.id = "people-" + i;
      option.setAttribute("role", "option");
      option.dataset.handle = one.handle;
      const face = document.createElement("img");
      face.src = one.face;
      face.alt = "";
      face.className = "face";
      const name = document.createElement("b");
      name.dir = "auto";
      name.textContent = one.name;
      option.append(face, name, " @" + one.handle);
      option.addEventListener("pointerdown", e => { e.preventDefault(); take(option); });
      return option;
    }));
    if (people.length === 0) return close();
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
        const people = await (await fetch("/compose/people?q=" + encodeURIComponent(part))).json();
        if (mine === asked) offer(people);
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
