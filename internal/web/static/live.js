"use strict";
// What is new while a page is open: the count of notifications, and of posts above the top of home.
// Without this file a page is as of when it was loaded.
(() => {
  const badge = document.getElementById("unread");
  const fresh = document.getElementById("fresh");
  if (!badge) return;
  const title = document.title.replace(/^\(\d+\) /, "");
  const words = n => (n === 1 ? "1 new post" : `${n > 98 ? "99+" : n} new posts`);

  const look = async () => {
    if (document.hidden) return;
    const after = fresh ? fresh.dataset.after : "0";
    try {
      const answer = await fetch(`/live?after=${after}`, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return;
      const { unread, home } = await answer.json();
      badge.hidden = unread === 0;
      badge.firstChild.data = unread;
      document.title = unread ? `(${unread}) ${title}` : title;
      if (fresh && home) {
        fresh.hidden = false;
        fresh.querySelector("a").textContent = words(home);
      }
    } catch { /* the next look may do better */ }
  };
  setInterval(look, 10000);
  document.addEventListener("visibilitychange", look);
})();
