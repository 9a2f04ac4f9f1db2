"use strict";
// Files go to the server while the owner still writes, and are shown where they are described.
(() => {
  const box = document.getElementById("media");
  const form = box?.closest("form");
  const made = document.getElementById("enclosure");
  if (!made) return;
  const list = box.querySelector(".enclosures");
  const most = 4;
  const slots = [...box.querySelectorAll(".slot")];
  for (const slot of slots) slot.disabled = slot.hidden = true;
  form.elements.attach.closest("p").hidden = true;

  const picker = document.createElement("input");
  picker.type = "file";
  picker.multiple = true;
  picker.id = "pick";
  picker.accept = box.dataset.types;
  const label = document.createElement("label");
  label.htmlFor = "pick";
  label.textContent = "Add files";
  const says = document.createElement("p");
  says.className = "hint";
  says.setAttribute("role", "status");
  list.after(label, picker, says);

  let under = 0;
  const sending = n => {
    under += n;
    for (const button of form.querySelectorAll("button:not([name])")) button.disabled = under > 0;
  };
  const send = (file, item) => new Promise((done, fail) => {
    const bar = item.querySelector("progress");
    const data = new FormData();
    data.append("file", file);
    const call = new XMLHttpRequest();
    call.open("POST", "/compose/media");
    call.setRequestHeader("Accept", "application/json");
    call.responseType = "json";
    call.upload.addEventListener("progress", e => { bar.value = e.loaded / e.total; });
    call.addEventListener("load", () => call.status === 200 ? done(call.response) : fail(call.response?.error || "The server did not take it."));
    call.addEventListener("error", () => fail("The server cannot be reached."));
    call.send(data);
  });
  const add = async file => {
    if (list.children.length >= most) {
      says.textContent = `A post has at most ${most} files.`;
      return;
    }
    const item = made.content.firstElementChild.cloneNode(true);
    item.querySelector("progress").setAttribute("aria-label", "Sending " + file.name);
    list.append(item);
    sending(1);
    try {
      const told = await send(file, item);
      const alt = item.querySelector("textarea");
      item.querySelector("[name=media]").value = told.id;
      item.querySelector("[name=drop]").value = told.id;
      alt.name = alt.id = "alt-" + told.id;
      item.querySelector("label").htmlFor = alt.id;
      const img = item.querySelector("img");
      if (told.preview) img.src = told.preview;
      else img.replaceWith(file.name);
      item.querySelector("progress").remove();
      says.textContent = file.name + " is here. Describe it, if you can.";
    } catch (why) {
      item.remove();
      says.textContent = `${file.name}: ${why}`;
    } finally {
      sending(-1);
    }
  };
  const take = files => {
    box.open = true;
    for (const file of files) add(file);
  };
  picker.addEventListener("change", () => { take(picker.files); picker.value = ""; });
  form.elements.text.addEventListener("paste", e => { if (e.clipboardData.files.length) { e.preventDefault(); take(e.clipboardData.files); } });
  form.addEventListener("dragover", e => { if (e.dataTransfer.types.includes("Files")) e.preventDefault(); });
  form.addEventListener("drop", e => { if (e.dataTransfer.files.length) { e.preventDefault(); take(e.dataTransfer.files); } });
  list.addEventListener("change", e => { if (e.target.name === "drop") e.target.closest("li").remove(); });
})();
