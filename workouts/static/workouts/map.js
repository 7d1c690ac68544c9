// The interactive map of a workout; without it a drawing of the track stands in its place.
// It speaks with the charts through events on the document:
//   "workout:point"  {position: [lat, lon] | null}  the charts point at a place
//   "workout:window" {positions: [[lat, lon], …] | null}  the charts look at a stretch
//   "workout:hover"  {position, metres}  somebody points at the map

const figure = document.querySelector("[data-map]");
const { L } = window;
const CALM = matchMedia("(prefers-reduced-motion: reduce)").matches;

// Google's polyline format, five decimals.
const decode = (text) => {
  const line = [];
  const sums = [0, 0];
  let turn = 0,
    bits = 0,
    shift = 0;
  for (let i = 0; i < text.length; i++) {
    const byte = text.charCodeAt(i) - 63;
    bits |= (byte & 31) << shift;
    shift += 5;
    if (byte >= 32) continue;
    sums[turn] += bits & 1 ? ~(bits >> 1) : bits >> 1;
    if (turn) line.push([sums[0] / 1e5, sums[1] / 1e5]);
    turn = 1 - turn;
    bits = shift = 0;
  }
  return line;
};

const ICONS = {
  reset: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5M12 9v6M9 12h6",
  full: "M3 8V3h5M21 8V3h-5M3 16v5h5M21 16v5h-5",
};

const icon = (name) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
};

const button = (name, label, act) => {
  const Control = L.Control.extend({
    onAdd() {
      const bar = L.DomUtil.create("div", "leaflet-bar");
      const link = L.DomUtil.create("a", "", bar);
      Object.assign(link, { href: "#", role: "button", title: label });
      link.setAttribute("aria-label", label);
      link.dataset.control = name;
      link.append(icon(name));
      L.DomEvent.on(link, "click", L.DomEvent.stop).on(link, "click", act);
      L.DomEvent.disableClickPropagation(bar);
      return bar;
    },
  });
  return new Control({ position: "topright" });
};

const toggleFull = async (map) => {
  if (document.fullscreenElement) await document.exitFullscreen();
  else if (figure.requestFullscreen) await figure.requestFullscreen();
  else figure.classList.toggle("map--full");
  map.invalidateSize();
};

const addTiles = (map) => {
  const tiles = L.tileLayer(figure.dataset.tiles, {
    maxZoom: 19,
    subdomains: "abc",
    attribution: figure.dataset.attribution,
    referrerPolicy: "strict-origin-when-cross-origin",
  });
  // Until a tile is there, and without any, the ground is plain.
  figure.classList.add("map--bare");
  tiles.once("tileload", () => figure.classList.remove("map--bare"));
  tiles.addTo(map);
};

const addNorth = (map) => {
  const North = L.Control.extend({
    onAdd() {
      const north = L.DomUtil.create("div", "map__north");
      north.innerHTML = "<span aria-hidden='true'>▲</span>";
      north.append(figure.dataset.north);
      return north;
    },
  });
  new North({ position: "bottomleft" }).addTo(map);
};

const drawLines = (map, lines) => {
  const style = { lineCap: "round", lineJoin: "round", interactive: false };
  L.polyline(lines, { ...style, color: "#ffffff", weight: 8, opacity: 0.95 }).addTo(map);
  return L.polyline(lines, { ...style, color: figure.dataset.color, weight: 4 }).addTo(map);
};

const addEnds = (map, lines) => {
  const ends = [
    ["start", lines[0][0]],
    ["end", lines.at(-1).at(-1)],
  ];
  const [from, to] = ends.map(([, at]) => map.latLngToContainerPoint(at));
  const near = from.distanceTo(to) < 26;
  for (const [name, at] of ends) {
    const label = figure.dataset[name];
    const x = near ? (name === "start" ? 25 : 1) : 13;
    const mark = L.divIcon({
      className: `map-mark map-mark--${name}`,
      html: document.createTextNode(label[0]).data,
      iconSize: [26, 26],
      iconAnchor: [x, 13],
    });
    L.marker(at, {
      icon: mark,
      title: label,
      alt: label,
      keyboard: false,
      zIndexOffset: 500,
    }).addTo(map);
  }
};

// Whole kilometres or miles, as many as have room.
const addSteps = (map, steps) => {
  const layer = L.layerGroup().addTo(map);
  const draw = () => {
    layer.clearLayers();
    if (steps.length < 2) return;
    const pixels = (i) => map.project([steps[i][1], steps[i][2]]);
    let way = 0;
    for (let i = 1; i < steps.length; i++) way += pixels(i).distanceTo(pixels(i - 1));
    const every = [1, 2, 5, 10, 20, 50, 100].find((n) => (way / steps.length) * n > 70);
    if (!every || map.getZoom() < 11) return;
    const view = map.getBounds().pad(0.2);
    for (const [number, lat, lon] of steps) {
      if (number % every || !view.contains([lat, lon])) continue;
      const width = 14 + 7 * String(number).length;
      const mark = L.divIcon({
        className: "map-step",
        html: String(number),
        iconSize: [width, 20],
      });
      L.marker([lat, lon], { icon: mark, interactive: false, keyboard: false }).addTo(layer);
    }
  };
  map.on("zoomend moveend", draw);
  draw();
};

const follow = (map) => {
  const dot = L.circleMarker([0, 0], {
    radius: 7,
    color: "#ffffff",
    weight: 3,
    fillColor: "#1a211d",
    fillOpacity: 1,
    interactive: false,
    className: "map-pointer",
  });
  const stretch = L.polyline([], {
    color: "#1a211d",
    weight: 4,
    lineCap: "round",
    interactive: false,
  });
  document.addEventListener("workout:point", ({ detail }) => {
    if (!detail.position) return dot.remove();
    dot.setLatLng(detail.position).addTo(map).bringToFront();
  });
  document.addEventListener("workout:window", ({ detail }) => {
    if (!detail.positions) return stretch.remove();
    stretch.setLatLngs(detail.positions).addTo(map);
  });
  const tell = (detail) => document.dispatchEvent(new CustomEvent("workout:hover", { detail }));
  map.on("mousemove click", ({ latlng }) => {
    const place = map.latLngToContainerPoint(latlng);
    const metres = latlng.distanceTo(map.containerPointToLatLng(place.add([18, 0])));
    tell({ position: [latlng.lat, latlng.lng], metres });
  });
  map.on("mouseout", () => tell({ position: null }));
};

const start = () => {
  const route = JSON.parse(document.getElementById("route").textContent);
  const lines = route.lines.map(decode);
  const imperial = "imperial" in figure.dataset;
  figure.querySelector(".map__sketch").remove();
  const map = L.map(figure, {
    zoomControl: false,
    scrollWheelZoom: false,
    zoomSnap: 0.5,
    fadeAnimation: !CALM,
    zoomAnimation: !CALM,
    markerZoomAnimation: !CALM,
    inertia: !CALM,
  });
  map.attributionControl.setPrefix("Leaflet");
  addTiles(map);
  const bounds = L.latLngBounds(lines.flat());
  const reset = () =>
    map.fitBounds(bounds, {
      paddingTopLeft: [56, 32],
      paddingBottomRight: [60, 36],
      maxZoom: 17,
      animate: false,
    });
  reset();
  drawLines(map, lines);
  addEnds(map, lines);
  addSteps(map, route.marks);
  const { zoomIn, zoomOut } = figure.dataset;
  L.control.zoom({ position: "topleft", zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(map);
  button("full", figure.dataset.full, () => toggleFull(map)).addTo(map);
  button("reset", figure.dataset.reset, reset).addTo(map);
  L.control.scale({ metric: !imperial, imperial }).addTo(map);
  addNorth(map);
  follow(map);
  // The wheel scrolls the page until somebody works with the map.
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  addEventListener("beforeprint", () => {
    map.invalidateSize({ animate: false });
    reset();
  });
  document.addEventListener("fullscreenchange", () => map.invalidateSize());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && figure.classList.contains("map--full")) toggleFull(map);
  });
};

if (figure && L) {
  const begun = performance.now();
  start();
  performance.measure("map-drawn", { start: begun });
}
