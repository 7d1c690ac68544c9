// One pointer over all charts of a workout, tied to the map; brush, zoom and axis without a reload.
// The server draws the charts; everything here is a convenience.

const LANGUAGE = document.documentElement.lang || "en";
const clock = (seconds) => {
  const pad = (number) => String(number).padStart(2, "0");
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
};
const number = (value, decimals) =>
  value.toLocaleString(LANGUAGE, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
const tell = (name, detail) =>
  document.dispatchEvent(new CustomEvent(`workout:${name}`, { detail }));

class Charts {
  constructor(root) {
    this.root = root;
    this.data = JSON.parse(root.querySelector("#charts-data").textContent);
    this.lanes = [...root.querySelectorAll(".lane")].map((lane, i) => ({
      ...this.data.lanes[i],
      name: lane.querySelector(".lane__name").textContent,
      unit: lane.querySelector(".lane__value .unit").textContent,
      output: lane.querySelector("[data-value]"),
      plot: lane.querySelector(".lane__plot"),
      pointer: lane.querySelector(".pointer"),
      brush: lane.querySelector(".brush"),
    }));
    this.slider = root.querySelector("[data-slider]");
    this.place = root.querySelector("[data-place]");
    this.hint = this.place.textContent;
    this.index = null;
    this.shown = this.data.x.flatMap((x, i) =>
      x >= this.data.low && x <= this.data.high ? [i] : [],
    );
    this.listen();
    tell("window", { positions: this.data.zoomed ? this.shown.map((i) => this.data.at[i]) : null });
  }

  listen() {
    const lanes = this.root.querySelector("[data-lanes]");
    lanes.addEventListener("pointerdown", (event) => this.press(event));
    lanes.addEventListener("pointermove", (event) => this.move(event));
    lanes.addEventListener("pointerup", (event) => this.release(event));
    lanes.addEventListener("pointercancel", () => this.drop());
    lanes.addEventListener("pointerleave", () => this.pressed === undefined && this.point(null));
    lanes.addEventListener("dblclick", () => this.data.zoomed && this.show(null));
    this.slider.max = Math.max(0, this.shown.length - 1);
    this.slider.addEventListener("input", () => this.point(this.shown[this.slider.value]));
    this.slider.addEventListener("focus", () => this.point(this.shown[this.slider.value]));
    this.slider.addEventListener("keydown", (event) => event.key === "Escape" && this.point(null));
    this.root.addEventListener("click", (event) => {
      const link = event.target.closest("[data-charts-link]");
      if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
        event.preventDefault();
        this.load(new URL(link.href).search, link.textContent);
      }
      const zoom = event.target.closest("[data-zoom]");
      if (zoom) this.zoom(Number(zoom.dataset.zoom));
    });
  }

  share(event) {
    const box = this.lanes[0].plot.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  }

  at(share) {
    return this.data.low + share * (this.data.high - this.data.low);
  }

  nearest(x) {
    const xs = this.data.x;
    let low = 0,
      high = xs.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (xs[middle] < x) low = middle;
      else high = middle;
    }
    return x - xs[low] < xs[high] - x ? low : high;
  }

  press(event) {
    if (event.target.closest("input") || event.button) return;
    if (event.pointerType === "mouse") this.pressed = this.share(event);
    this.move(event);
  }

  move(event) {
    if (event.target.closest("input")) return;
    const share = this.share(event);
    this.point(this.nearest(this.at(share)));
    if (this.pressed !== undefined)
      this.brush(Math.min(this.pressed, share), Math.max(this.pressed, share));
  }

  release(event) {
    if (this.pressed === undefined) return;
    const ends = [this.pressed, this.share(event)].sort((a, b) => a - b);
    this.drop();
    if (ends[1] - ends[0] > 0.015) this.show(ends.map((share) => this.at(share)));
  }

  drop() {
    this.pressed = undefined;
    for (const { brush } of this.lanes) brush.setAttribute("visibility", "hidden");
  }

  brush(low, high) {
    for (const { brush } of this.lanes) {
      brush.setAttribute("visibility", "visible");
      brush.setAttribute("x", `${low * 100}%`);
      brush.setAttribute("width", `${(high - low) * 100}%`);
    }
  }

  point(index) {
    if (index === this.index) return;
    this.index = index ?? null;
    this.root.classList.toggle("charts--pointing", this.index !== null);
    for (const lane of this.lanes) this.pointLane(lane);
    this.place.textContent = this.index === null ? this.hint : this.words();
    tell("point", { position: this.index === null ? null : this.data.at[this.index] });
    if (this.index === null) return;
    this.slider.value = this.shown.indexOf(this.index);
    this.slider.setAttribute(
      "aria-valuetext",
      [this.words(), ...this.lanes.map((l) => this.reading(l))].join(", "),
    );
  }

  pointLane(lane) {
    const value = this.index === null ? null : lane.values[this.index];
    lane.pointer.setAttribute("visibility", this.index === null ? "hidden" : "visible");
    lane.output.textContent = this.text(lane);
    if (this.index === null) return;
    const [line, dot] = lane.pointer.children;
    const { low, high, x } = this.data;
    const across = `${((Math.min(high, Math.max(low, x[this.index])) - low) / (high - low)) * 100}%`;
    line.setAttribute("x1", across);
    line.setAttribute("x2", across);
    dot.setAttribute("visibility", value === null ? "hidden" : "inherit");
    dot.setAttribute("cx", across);
    const height = Math.min(1, Math.max(0, ((value ?? 0) - lane.low) / (lane.high - lane.low)));
    dot.setAttribute("cy", `${(1 - height) * 100}%`);
  }

  text(lane) {
    const value = this.index === null ? null : lane.values[this.index];
    if (value === null) return "–";
    return lane.key === "pace" ? clock(3600 / value) : number(value, lane.decimals);
  }

  reading(lane) {
    return `${lane.name} ${this.text(lane)} ${lane.unit}`;
  }

  words() {
    const { distance, elapsed, unit } = this.data;
    return `${number(distance[this.index], 2)} ${unit} · ${clock(elapsed[this.index])}`;
  }

  zoom(factor) {
    const { low, high, x } = this.data;
    const middle = this.index === null ? (low + high) / 2 : x[this.index];
    const half = ((high - low) * factor) / 2;
    this.show([middle - half, middle + half]);
  }

  show(ends) {
    const query = new URLSearchParams({ over: this.data.over });
    if (ends) {
      query.set("from", Math.max(0, ends[0]).toFixed(3));
      query.set("to", ends[1].toFixed(3));
    }
    this.load(`?${query}`);
  }

  async load(query, focused) {
    this.root.classList.add("charts--loading");
    const answer = await fetch(this.root.dataset.charts + query, { credentials: "same-origin" });
    if (!answer.ok) return location.assign(`${query}#charts`);
    const part = document.createElement("template");
    part.innerHTML = await answer.text();
    const fresh = part.content.querySelector("[data-charts]");
    const open = this.root.querySelector("details").open;
    const held = document.activeElement === this.slider;
    this.point(null);
    this.root.replaceWith(fresh);
    history.replaceState(history.state, "", query);
    fresh.querySelector("details").open = open;
    const next = new Charts(fresh);
    const links = [...fresh.querySelectorAll("[data-charts-link]")];
    if (held) next.slider.focus();
    else if (focused)
      (links.find((link) => link.textContent === focused) ?? links.at(-1)).focus({
        preventScroll: true,
      });
    Charts.present = next;
  }

  // The sample nearest to a place on earth, if it is within so many metres.
  near([lat, lon], metres) {
    const shrink = Math.cos((lat * Math.PI) / 180);
    let best = null,
      least = metres / 111195;
    for (const i of this.shown) {
      const [y, x] = this.data.at[i];
      const far = Math.hypot(y - lat, (x - lon) * shrink);
      if (far < least) [best, least] = [i, far];
    }
    return best;
  }
}

const root = document.querySelector("[data-charts]");
if (root) {
  Charts.present = new Charts(root);
  document.addEventListener("workout:hover", ({ detail }) => {
    const charts = Charts.present;
    charts.point(detail.position && charts.near(detail.position, detail.metres));
  });
}
