// Recordings dropped anywhere on the page, sent one by one with progress and a result each.
// Without this script the form sends them all at once and the server answers with the same list.
"use strict";

const form = document.getElementById("upload");
const input = form.querySelector("[type=file]");
const words = form.dataset;
const list = document.getElementById("uploads");
const summary = document.getElementById("uploads-summary");
const queue = [];
const AT_ONCE = 2;
const counts = { all: 0, done: 0, running: 0 };

const readable = (bytes) => {
  const unit = bytes < 1e6 ? "kilobyte" : "megabyte";
  const format = { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(document.documentElement.lang, format).format(
    bytes / (bytes < 1e6 ? 1e3 : 1e6),
  );
};

// --- Choosing

const choose = (files) => {
  const all = new DataTransfer();
  for (const file of [...input.files, ...files]) all.items.add(file);
  input.files = all.files;
  showChosen();
};

const showChosen = () => {
  const rows = [...input.files].map((file) => {
    const row = document.createElement("li");
    row.textContent = `${file.name} · ${readable(file.size)}`;
    return row;
  });
  // The input itself names a single file.
  document.getElementById("chosen").replaceChildren(...(rows.length > 1 ? rows : []));
};

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
let depth = 0;
const mark = () => document.body.classList.toggle("is-dropping", depth > 0);
addEventListener("dragenter", (event) => carriesFiles(event) && (depth++, mark()));
addEventListener("dragleave", (event) => carriesFiles(event) && (depth--, mark()));
addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  depth = 0;
  mark();
  choose(event.dataTransfer.files);
});
input.addEventListener("change", showChosen);

// --- Sending

const report = () => {
  document.getElementById("uploads-section").hidden = counts.all === 0;
  summary.textContent = summary.dataset.text
    .replace("%(done)s", counts.done)
    .replace("%(all)s", counts.all);
};

const makeRow = (file) => {
  const row = document.getElementById("upload-row").content.firstElementChild.cloneNode(true);
  row.querySelector(".upload__name").textContent = file.name;
  row.querySelector(".num").textContent = readable(file.size);
  row.querySelector("progress").setAttribute("aria-label", file.name);
  return row;
};

const note = (job, text) => (job.row.querySelector(".upload__note").textContent = text);

const fail = (job, text, retry) => {
  job.row.classList.add("upload--failed");
  job.row.querySelector("progress").hidden = true;
  note(job, text);
  if (!retry) return;
  const again = document.createElement("button");
  again.type = "button";
  again.className = "button button--small";
  again.textContent = words.retry;
  again.addEventListener("click", () => {
    const row = makeRow(job.file);
    job.row.replaceWith(row);
    job.row = row;
    counts.done--;
    start(job);
  });
  job.row.querySelector(".num").replaceWith(again);
};

const finish = (job) => {
  counts.running--;
  counts.done++;
  report();
  next();
};

const show = (job, html) => {
  const rows = document.createElement("template");
  rows.innerHTML = html;
  const single = rows.content.querySelectorAll("[data-location]");
  job.row.replaceWith(rows.content);
  if (counts.all === 1 && single.length === 1) location.href = single[0].dataset.location;
};

const send = (job) => {
  counts.running++;
  const request = new XMLHttpRequest();
  const bar = job.row.querySelector("progress");
  note(job, words.sending);
  request.upload.addEventListener("progress", (event) => (bar.value = event.loaded / event.total));
  request.upload.addEventListener("load", () => {
    bar.removeAttribute("value");
    note(job, words.reading);
  });
  request.addEventListener("load", () => {
    if (request.status === 200 || request.status === 422) show(job, request.responseText);
    else if (request.status === 413) fail(job, words.tooLarge, false);
    else fail(job, words.failed, true);
    finish(job);
  });
  request.addEventListener("error", () => {
    fail(job, words.failed, true);
    finish(job);
  });
  request.open("POST", form.action);
  request.setRequestHeader("X-One-By-One", "yes");
  request.send(job.data);
};

const next = () => {
  while (queue.length && counts.running < AT_ONCE) send(queue.shift());
};

const start = (job) => {
  note(job, words.waiting);
  queue.push(job);
  report();
  next();
};

form.addEventListener("submit", (event) => {
  const sport = form.elements.sport;
  if (!input.files.length || !sport.value) return; // The server's words say what is missing.
  event.preventDefault();
  const jobs = [...input.files].map((file) => {
    const data = new FormData(form);
    data.set("recordings", file, file.name);
    return { file, data, row: makeRow(file) };
  });
  list.prepend(...jobs.map((job) => job.row));
  counts.all += jobs.length;
  for (const job of jobs) {
    const { file } = job;
    const limit = file.name.toLowerCase().endsWith(".zip") ? words.archiveLimit : words.fileLimit;
    if (file.size <= Number(limit)) start(job);
    else {
      fail(job, words.tooLarge, false);
      counts.done++;
      report();
    }
  }
  input.value = "";
  showChosen();
  list.scrollIntoView({ block: "nearest" });
});

addEventListener("beforeunload", (event) => {
  if (counts.running) event.preventDefault();
});
