"use strict";

// While a name is typed, the page shows the address that others will see.
(() => {
  const typed = document.getElementById("username");
  const preview = document.getElementById("preview");
  if (!typed || !preview) return;
  const address = preview.querySelector("b");
  const show = () => {
    const name = typed.value.trim().replace(/^@/, "").toLowerCase();
    const fits = /^[a-z0-9_]{1,30}$/.test(name);
    address.textContent = "@" + (fits ? name : "name") + "@" + preview.dataset.domain;
    const odd = name !== "" && !fits;
    typed.setCustomValidity(odd ? "Use only a–z, digits and _, at most 30 of them." : "");
  };
  typed.addEventListener("input", show);
  show();
})();
