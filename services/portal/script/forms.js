// Forms: one sending each, dialogs, uploads with progress, what was typed is kept in this tab until it is saved.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    dialog.showModal();
    dialog.addEventListener("close", () => opener.focus(), { once: true });
    (dialog.querySelector("[autofocus]") ?? dialog.querySelector("[data-closes]"))?.focus();
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) (closer.closest("dialog")?.close() ?? closer.closest(".toast")?.remove());
  event.target.closest("[data-drops]")?.closest("li")?.remove();
});

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button || event.target.method === "get") return;
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  event.target.dataset.sent = "1";
  unsaved = false;
  setTimeout(() => { button.disabled = true; if (button.dataset.busy) button.lastChild.textContent = button.dataset.busy; }, 0);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));

let unsaved = false;
for (const form of document.querySelectorAll("form[data-keeps]")) {
  const place = "qlvb:" + form.dataset.keeps;
  const fields = () => [...form.elements].filter((f) => f.name && f.matches("input[type=text], textarea") && f.value !== undefined);
  const kept = JSON.parse(sessionStorage.getItem(place) ?? "{}");
  for (const field of fields()) if (kept[field.name] && !field.value) field.value = kept[field.name];
  form.addEventListener("input", () => {
    unsaved = true;
    sessionStorage.setItem(place, JSON.stringify(Object.fromEntries(fields().map((f) => [f.name, f.value]))));
  });
}
addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
if (document.querySelector("[data-saved]") || location.pathname === "/dang-nhap") for (const key of Object.keys(sessionStorage)) if (key.startsWith("qlvb:")) sessionStorage.removeItem(key);

for (const box of document.querySelectorAll("[data-upload]")) {
  const input = box.querySelector("input[type=file]"), list = box.querySelector("ul"), name = box.dataset.upload;
  input.addEventListener("change", () => {
    for (const file of input.files) send(file, box, list, name);
    input.value = "";
  });
}

const LARGEST = 50 * 2 ** 20;

function send(file, box, list, name) {
  const row = document.createElement("li"), label = document.createElement("span"), bar = document.createElement("progress");
  if (file.size > LARGEST) {
    row.className = "late"; row.setAttribute("role", "alert");
    label.textContent = `“${file.name}” nặng ${Math.ceil(file.size / 2 ** 20)} MB, vượt giới hạn 50 MB. Hãy nén bản quét hoặc tách thành nhiều tệp.`;
    row.append(label); list.append(row);
    return;
  }
  label.textContent = file.name; bar.max = 100; bar.value = 0; bar.setAttribute("aria-label", "Đang tải " + file.name);
  row.append(label, bar); list.append(row);
  const request = new XMLHttpRequest();
  request.open("POST", "/tep");
  request.setRequestHeader("X-CSRF", document.body.dataset.csrf);
  request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
  request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
  request.upload.onprogress = (event) => { bar.value = (100 * event.loaded) / event.total; };
  request.onload = () => {
    const answer = JSON.parse(request.responseText || "{}");
    bar.remove();
    if (request.status >= 300) { row.className = "late"; row.setAttribute("role", "alert"); label.textContent = answer.detail || `Chưa tải được “${file.name}”. Hãy thử lại.`; return; }
    const field = document.createElement("input");
    field.type = "hidden"; field.name = name; field.value = JSON.stringify({ ...answer, role: box.dataset.role });
    row.append(field, dropper(file.name));
    unsaved = true;
  };
  request.onerror = () => { bar.remove(); row.className = "late"; label.textContent = `Mất mạng khi tải “${file.name}”. Hãy chọn lại tệp.`; };
  request.send(file);
}

function dropper(what) {
  const button = document.createElement("button");
  button.type = "button"; button.dataset.drops = ""; button.textContent = "✕"; button.setAttribute("aria-label", "Bỏ " + what);
  return button;
}
