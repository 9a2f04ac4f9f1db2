"use strict";
// Keyboard shortcuts, the same as Mastodon's. Only Ctrl Enter works while something is being typed.
(() => {
  const help = [
    ["n", "Write a post"], ["/", "Search"], ["j, k", "Next and previous post"], ["o, Enter", "Open the post"], ["r", "Reply to it"],
    ["f", "Like it"], ["b", "Boost it"], ["d", "Bookmark it"], ["p", "Go to its author"], ["x", "Show or hide what is behind a warning"],
    ["g h", "Home"], ["g n", "Notifications"], ["g c", "Conversations"], ["g e", "Everyone"], ["g t", "Hashtags"], ["g b", "Bookmarks"], ["g f", "Likes"], ["g u", "Your page"], ["Ctrl Enter", "Send what you write"], ["?", "These keys"],
  ];
  const places = { h: "/home", n: "/notifications", c: "/conversations", e: "/everyone", t: "/hashtags", b: "/bookmarks", f: "/likes", u: "/", s: "/search" };
  const go = to => { location.href = to; };
  const posts = () => [...document.querySelectorAll("main article.post")];
  const current = () => document.activeElement.closest?.("article.post");
  const step = by => {
    const all = posts();
    const i = all.indexOf(current());
    const next = i < 0 ? all.find(p => p.getBoundingClientRect().bottom > 80) : all[i + by];
    if (!next) return;
    next.tabIndex = -1;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const press = what => current()?.querySelector(what)?.click();
  const show = () => {
    let dialog = document.getElementById("keys");
    if (!dialog) {
      dialog = document.createElement("dialog");
      dialog.id = "keys";
      dialog.className = "card";
      dialog.setAttribute("aria-labelledby", "keys-name");
      const head = document.createElement("h2");
      head.id = "keys-name";
      head.textContent = "Keys";
      const list = document.createElement("dl");
      for (const [key, does] of help) {
        const line = document.createElement("div"), dt = document.createElement("dt"), dd = document.createElement("dd"), kbd = document.createElement("kbd");
        kbd.textContent = key;
        dt.append(kbd);
        dd.textContent = does;
        line.append(dt, dd);
        list.append(line);
      }
      const close = document.createElement("button");
      close.textContent = "Close";
      close.addEventListener("click", () => dialog.close());
      dialog.append(head, list, close);
      document.body.append(dialog);
    }
    dialog.showModal();
  };
  const keys = {
    n: () => go("/compose"), "/": () => go("/search"), j: () => step(1), k: () => step(-1), "?": show,
    r: () => press('.acts a[href^="/compose?reply="]'), f: () => press("[data-act=like]"), b: () => press("[data-act=boost]"), d: () => press("[data-act=bookmark]"),
    o: () => press("a.u-url"), Enter: () => press("a.u-url"), p: () => press("a.who"), x: () => press(".warned > summary"),
  };
  // A menu closes by Escape, and when something else is pressed.
  const shut = except => {
    for (const menu of document.querySelectorAll("details.more[open]")) {
      if (menu.contains(except)) continue;
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    }
  };
  document.addEventListener("click", e => shut(e.target));
  let going = -Infinity; // since when g waits for its second key
  document.addEventListener("keydown", e => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && !e.repeat && e.target.matches("form.compose textarea, form.compose input")) {
      e.preventDefault();
      e.target.form.requestSubmit();
      return;
    }
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.target.closest("input, textarea, select, dialog[open], [contenteditable]")) return;
    if (e.key === "Escape") shut();
    if (e.key === "Enter" && !e.target.matches("article.post")) return; // a link or button is pressed
    const place = e.timeStamp - going < 1500 ? places[e.key] : undefined;
    going = e.key === "g" ? e.timeStamp : -Infinity;
    const does = place ? () => go(place) : keys[e.key];
    if (!does) return;
    e.preventDefault();
    does();
  });
})();
