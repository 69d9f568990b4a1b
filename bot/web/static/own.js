/* Pages of representatives. Notes of visits wait on the telephone while there is no line and are sent when there is one;
   each carries a key of its own, so that one that is sent twice is kept once. Without a script the form works as it is. */

const QUEUE = "lianxin-notes", WHO = "lianxin-who", PLACE = "lianxin-place";
const main = document.getElementById("main");
const who = main.dataset.who ?? localStorage.getItem(WHO) ?? "";
if (main.dataset.who) localStorage.setItem(WHO, main.dataset.who);

const waiting = () => JSON.parse(localStorage.getItem(QUEUE) ?? "[]");
const keep = (notes) => localStorage.setItem(QUEUE, JSON.stringify(notes));
const today = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 10);
const newKey = () => [...crypto.getRandomValues(new Uint8Array(12))].map((one) => one.toString(16).padStart(2, "0")).join("");

function tell(words = "", tone = "warn") {
  const place = document.getElementById("queue");
  const count = waiting().filter((one) => one.who === who).length;
  place.hidden = !count && !words;
  place.className = `note ${tone}`;
  place.textContent = words || `有 ${count} 条走访记在这台手机里，连上网络就自动发出。`;
}

const form = document.getElementById("visit");
function fill(fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = form.elements[name];
    if (field) field.value = value;
  }
}

let sending = false;
async function send(done = "没有网络时记下的走访已经登记，等工作人员核对。") {
  if (sending || !main.dataset.csrf) return;
  sending = true;
  try {
    for (const note of waiting().filter((one) => one.who === who)) {
      const body = new URLSearchParams(note.fields);
      const answer = await fetch("/r/visit", { method: "POST", body, headers: { "X-Csrf": main.dataset.csrf, "X-Part": "1" }, redirect: "manual" });
      if (answer.status === 401 || answer.status === 403) return tell("登录已经结束，请重新登录，记下的走访都还在。");
      if (answer.type !== "opaqueredirect" && answer.status !== 422) return tell();
      if (answer.status === 422 && !form) return tell("有一条走访没能登记，请打开“记走访”改一下。");
      keep(waiting().filter((one) => one.fields.once !== note.fields.once));
      if (answer.status === 422) {
        fill(note.fields);
        return tell("下面这条走访没能登记：类型、人数、地点或日期不对，请改一下再记。");
      }
      tell(done, "good");
    }
  } catch {
    tell();
  } finally {
    sending = false;
  }
}

if (form) {
  const day = form.elements.on;
  if (!day.value) day.value = day.max = today();
  const place = form.elements.place;
  if (place.value) localStorage.setItem(PLACE, place.value);
  else place.value = localStorage.getItem(PLACE) ?? "";
  if (!form.elements.once.value) form.elements.once.value = newKey();
  const count = form.elements.count;
  const taps = [...form.querySelectorAll("input[name=people]")];
  count.addEventListener("input", () => {
    for (const one of taps) if (count.value) one.checked = false;
  });
  for (const one of taps) one.addEventListener("change", () => { count.value = ""; });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries([...new FormData(form)].filter(([name]) => name !== "csrf"));
    if (fields.count) fields.people = fields.count;
    if (!fields.people) {
      delete form.dataset.sent;
      return taps[0].focus();
    }
    delete form.dataset.sent;
    keep([...waiting().filter((one) => one.fields.once !== fields.once), { who, fields }]);
    localStorage.setItem(PLACE, fields.place);
    form.reset();
    place.value = fields.place;
    form.elements.once.value = newKey();
    day.value = day.max = today();
    scrollTo(0, 0);
    tell();
    await send("走访已经登记，等工作人员核对。");
  });
}

addEventListener("online", () => send());
tell();
send();
if (main.dataset.who && "serviceWorker" in navigator) navigator.serviceWorker.register("/r/worker.js", { scope: "/r" }).catch(() => {});

/* A picture of a telephone has several megabytes: what is sent is as large as a screen. */
for (const field of document.querySelectorAll("[data-shrink]")) {
  field.addEventListener("change", async () => {
    const [file] = field.files;
    if (!file || file.size < 700_000) return;
    const bitmap = await createImageBitmap(file).catch(() => null);
    if (!bitmap) return;
    const scale = Math.min(1, 1600 / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82));
    if (!blob) return;
    const files = new DataTransfer();
    files.items.add(new File([blob], "picture.jpg", { type: "image/jpeg" }));
    field.files = files.files;
  });
}

for (const button of document.querySelectorAll("[data-copy], [data-share]")) {
  const link = document.getElementById(button.dataset.copy ?? button.dataset.share);
  const share = "share" in button.dataset;
  if (share && !navigator.share) continue;
  button.classList.remove("waits");
  button.addEventListener("click", async () => {
    if (share) return navigator.share({ url: link.value }).catch(() => {});
    link.select();
    await navigator.clipboard?.writeText(link.value).catch(() => {});
    button.textContent = "已复制";
  });
}
