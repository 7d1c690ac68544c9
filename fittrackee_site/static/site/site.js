// What every page gains when scripts run. Nothing here is needed to use the site.
"use strict";

const root = document.documentElement;
root.classList.add("scripts");

const toast = (text) => {
  const place = document.getElementById("toast");
  place.textContent = text;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => (place.textContent = ""), 4000);
};

// --- Menus close when one clicks elsewhere or presses Escape

const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
};
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("focusin", (event) => closeMenus(event.target));

// --- Buttons: copy, open and close dialogs, show a password

const copy = async (button) => {
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = button.querySelector("span") || button;
  const before = label.textContent;
  label.textContent = button.dataset.copied;
  toast(button.dataset.copied);
  setTimeout(() => (label.textContent = before), 2000);
};

const reveal = (button) => {
  const input = document.getElementById(button.dataset.reveal);
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
};

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-copy],[data-dialog],[data-close],[data-reveal]");
  if (!target) return;
  if (target.dataset.copy !== undefined) copy(target);
  if (target.dataset.reveal) reveal(target);
  if (target.dataset.close !== undefined) target.closest("dialog").close();
  const dialog = target.dataset.dialog && document.getElementById(target.dataset.dialog);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  }
});
document.addEventListener("click", (event) => {
  if (event.target.nodeName === "DIALOG") event.target.close();
});

// --- Forms: focus the first mistake, count characters, send once

const prepare = (part) => {
  for (const area of part.querySelectorAll("textarea[maxlength]")) {
    if (area.dataset.counted) continue;
    area.dataset.counted = "yes";
    const counter = document.createElement("div");
    counter.className = "field__counter";
    const count = () => (counter.textContent = `${area.value.length} / ${area.maxLength}`);
    area.addEventListener("input", count);
    area.insertAdjacentElement("afterend", counter);
    count();
  }
  const wrong = part.querySelector('[aria-invalid="true"], [data-form-errors]');
  if (wrong) wrong.focus();
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get" || form.method === "dialog") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  root.classList.add("is-loading");
  // A page that answers with a download stays; let its form be used again.
  setTimeout(() => delete form.dataset.sent, 5000);
});
addEventListener("pageshow", () => {
  root.classList.remove("is-loading");
  for (const form of document.forms) delete form.dataset.sent;
});

// --- htmx: show that it works, say when it fails

// Empty boxes of a search say nothing in the address.
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.target.matches("form[data-tidy]")) return;
  const { parameters } = event.detail;
  for (const name of Object.keys(parameters)) if (parameters[name] === "") delete parameters[name];
});
document.addEventListener("htmx:beforeRequest", () => root.classList.add("is-loading"));
document.addEventListener("htmx:afterRequest", () => root.classList.remove("is-loading"));
document.addEventListener("htmx:afterSwap", (event) => prepare(event.target));
document.addEventListener("htmx:afterSettle", (event) => {
  // What had the focus was replaced: go on from the new content.
  if (document.activeElement === document.body) event.target.focus({ preventScroll: true });
});
for (const failure of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failure, () => toast(document.body.dataset.failed));
}

// --- Keyboard: / searches, a adds, ? explains

const shortcutsOn = () => localStorage.getItem("shortcuts") !== "off";

const go = {
  "/": (targets) => {
    const field = document.querySelector("[data-search-field]");
    if (field) field.focus();
    else if (targets.search) location.href = `${targets.search}#search`;
  },
  a: (targets) => targets.add && (location.href = targets.add),
  "?": () => document.getElementById("shortcuts").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details[data-menu][open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  const writing = event.target.closest("input, select, textarea, [contenteditable], dialog[open]");
  if (writing || event.ctrlKey || event.metaKey || event.altKey || !shortcutsOn()) return;
  const targets = document.getElementById("shortcut-targets");
  if (!go[event.key] || !targets) return;
  event.preventDefault();
  go[event.key](targets.dataset);
});

document.addEventListener("DOMContentLoaded", () => {
  prepare(document);
  const box = document.getElementById("shortcuts-on");
  if (box) {
    box.checked = shortcutsOn();
    box.addEventListener("change", () =>
      localStorage.setItem("shortcuts", box.checked ? "on" : "off"),
    );
  }
  if (location.hash === "#search") document.querySelector("[data-search-field]")?.focus();
});

// --- Offline: the service worker shows a page of our own when there is no network

if (navigator.serviceWorker) navigator.serviceWorker.register("/service-worker.js").catch(() => {});
