// The calendar by keyboard (arrows between days, Page Up and Page Down between months) and by swipe.
"use strict";

const calendarOf = (target) => target.closest?.("[data-calendar]");

const turn = (calendar, forward) =>
  calendar.querySelector(forward ? "[data-calendar-next]" : "[data-calendar-previous]")?.click();

const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

document.addEventListener("keydown", (event) => {
  const calendar = calendarOf(event.target);
  if (!calendar || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "PageUp" || event.key === "PageDown") {
    event.preventDefault();
    turn(calendar, event.key === "PageDown");
  }
  if (!steps[event.key] || !event.target.classList.contains("day__link")) return;
  event.preventDefault();
  const days = [...calendar.querySelectorAll(".day__link")];
  days[days.indexOf(event.target) + steps[event.key]]?.focus();
});

let from = null;
document.addEventListener(
  "touchstart",
  (event) => {
    const inside = event.touches.length === 1 && event.target.closest?.(".calendar__table");
    from = inside ? { x: event.touches[0].clientX, y: event.touches[0].clientY } : null;
  },
  { passive: true },
);
document.addEventListener("touchend", (event) => {
  if (!from) return;
  const across = event.changedTouches[0].clientX - from.x;
  const down = event.changedTouches[0].clientY - from.y;
  if (Math.abs(across) > 50 && Math.abs(across) > 2 * Math.abs(down)) {
    event.preventDefault();
    turn(calendarOf(event.target), across < 0);
  }
  from = null;
});
