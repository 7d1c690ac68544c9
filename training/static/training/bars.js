// Says what the bar under the pointer, or the one chosen with the arrow keys, stands for; a click
// or Enter lists its workouts.
"use strict";

const read = (figure, column) => {
  for (const other of figure.querySelectorAll(".is-read")) other.classList.remove("is-read");
  const reading = figure.querySelector("[data-bars-reading]");
  reading.textContent = column ? column.dataset.reading : reading.dataset.hint;
  if (column) column.classList.add("is-read");
};

const figureOf = (event) => event.target.closest?.("[data-bars]");

document.addEventListener("pointerover", (event) => {
  const figure = figureOf(event);
  if (figure) read(figure, event.target.closest(".bars__column"));
});
document.addEventListener("pointerout", (event) => {
  const figure = figureOf(event);
  if (figure && !figure.contains(event.relatedTarget)) read(figure, null);
});
document.addEventListener("click", (event) => {
  const column = event.target.closest(".bars__column");
  if (column) location.href = column.dataset.link;
});
document.addEventListener("focusin", (event) => {
  const figure = figureOf(event);
  if (figure) figure.querySelector("[data-bars-reading]").setAttribute("aria-live", "polite");
});

document.addEventListener("keydown", (event) => {
  const figure = figureOf(event);
  if (!figure || !["ArrowLeft", "ArrowRight", "Home", "End", "Enter"].includes(event.key)) return;
  const columns = [...figure.querySelectorAll(".bars__column")];
  const at = columns.findIndex((column) => column.classList.contains("is-read"));
  if (event.key === "Enter") {
    if (at >= 0) location.href = columns[at].dataset.link;
    return;
  }
  event.preventDefault();
  const last = columns.length - 1;
  const next = { ArrowLeft: at < 0 ? last : at - 1, ArrowRight: at + 1, Home: 0, End: last }[
    event.key
  ];
  read(figure, columns[Math.min(Math.max(next, 0), last)]);
});
