// Maps: the county's hot spots with what stands in them, and an area drawn on the form that proposes one. Everything that a map shows stands
// in a table below it, and every area can be typed: without this script nothing is lost. Whatever comes from a register is put in as
// text, never as markup.

const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const shapes = {
  acknowledged: "M2 14a12 12 0 1 0 24 0a12 12 0 1 0 -24 0Z",
  given: "M14 1L27 26L1 26Z",
  none: "M3 3h22v22h-22Z",
};
const guidance = { acknowledged: "guidance acknowledged", given: "guidance given, not acknowledged", none: "no guidance in force" };
const kinds = { premises: ["P", "premises"], accommodation: ["A", "accommodation"], operators: ["O", "operator’s base"] };
const states = {
  suggested: "Suggested", proposed: "Proposed", designated: "Designated", under_response: "Under response", monitoring: "Monitoring",
  de_designated: "De-designated", rejected: "Rejected",
};

function make(tag, content, className) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (content) element.append(...[].concat(content));
  return element;
}

/// A map on a plain ground, or on tiles where the council has some.
function open(figure, label) {
  const canvas = make("div", [], "app-leaflet__canvas");
  canvas.setAttribute("role", "region");
  canvas.setAttribute("aria-label", label);
  const map = L.map(canvas, {
    minZoom: 8, maxZoom: 19, zoomSnap: 0.5, zoomControl: false, zoomAnimation: !calm, fadeAnimation: !calm, markerZoomAnimation: !calm, inertia: !calm,
    attributionControl: Boolean(figure.dataset.tiles),
  });
  map.setView([52.2, -2.2], 10);
  map.attributionControl?.setPrefix(false);
  if (figure.dataset.tiles) L.tileLayer(figure.dataset.tiles, { attribution: escaped(figure.dataset.attribution), maxZoom: 19 }).addTo(map);
  L.control.zoom({ position: "bottomright" }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  // From afar there is room for references only; their states are in the pattern of the line and in the table.
  const far = () => canvas.classList.toggle("app-leaflet__canvas--far", map.getZoom() < 13);
  map.on("zoomend", far);
  far();
  new ResizeObserver(() => map.invalidateSize()).observe(canvas);
  return { canvas, map };
}

function escaped(text) {
  return make("span", text ?? "").innerHTML;
}

async function fetched(address, bounds) {
  const url = new URL(address, document.baseURI);
  if (bounds) url.searchParams.set("bbox", [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((n) => n.toFixed(5)).join(","));
  const answer = await fetch(url, { credentials: "same-origin", headers: { accept: "application/geo+json" } });
  if (!answer.ok) throw new Error(`the map's data were refused: ${answer.status}`);
  return answer.json();
}

const ofKind = (data, kind) => ({ type: "FeatureCollection", features: data.features.filter((feature) => feature.properties.t === kind) });

function outlines(data, map) {
  const layer = L.geoJSON(ofKind(data, "district"), { interactive: false, style: () => ({ className: "app-leaflet__district", fill: false }) }).addTo(map);
  L.geoJSON(ofKind(data, "ring"), { interactive: false, style: () => ({ className: "app-leaflet__ring" }) }).addTo(map);
  return layer;
}

function spotPopup(p, base) {
  const link = make("a", `${p.n}`, "govuk-link");
  link.href = `${base}/${p.id}`;
  const places = p.p === 1 ? "1 place" : `${p.p} places`;
  return make("div", [make("p", [link, make("br"), `${p.r}, ${states[p.s] ?? p.s}`]), make("p", `${places} in and around it, ${p.w} without guidance`)], "app-leaflet__popup");
}

function spots(data, map, base) {
  const byId = new Map();
  const layer = L.geoJSON(ofKind(data, "spot"), {
    style: (feature) => ({ className: `app-leaflet__area app-leaflet__area--${feature.properties.s}` }),
    onEachFeature(feature, shape) {
      const p = feature.properties;
      const name = make("span", [p.r, make("span", ` ${states[p.s] ?? p.s}`, "app-leaflet__state")]);
      shape.bindTooltip(name, { permanent: true, direction: "top", offset: [0, -18], className: "app-leaflet__name" });
      shape.bindPopup(() => spotPopup(p, base));
      byId.set(p.id, shape);
    },
  }).addTo(map);
  return { layer, byId };
}

function mark(feature) {
  const p = feature.properties;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 28 28");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", shapes[p.g]);
  const letter = document.createElementNS(svg.namespaceURI, "text");
  letter.setAttribute("x", "14");
  letter.setAttribute("y", p.g === "given" ? "22" : "18");
  const known = p.k.split(",").filter((kind) => kinds[kind]);
  letter.textContent = known.map((kind) => kinds[kind][0]).join("");
  svg.append(path, letter);
  const words = `${p.n}: ${known.map((kind) => kinds[kind][1]).join(", ")}, ${guidance[p.g]}`;
  const icon = L.divIcon({ html: svg, className: `app-leaflet__mark app-leaflet__mark--${p.g}`, iconSize: [28, 28] });
  const [longitude, latitude] = feature.geometry.coordinates;
  const marker = L.marker([latitude, longitude], { icon, title: words, alt: words, keyboard: true });
  const where = p.d === 0 ? `inside ${p.h}` : `${p.d} m outside ${p.h}`;
  marker.bindPopup(() => make("div", [make("p", make("strong", p.n)), make("p", `${words.slice(p.n.length + 2)}, ${where}`)], "app-leaflet__popup"));
  marker.guidance = p.g;
  return marker;
}

function groups() {
  return L.markerClusterGroup({
    maxClusterRadius: 64, showCoverageOnHover: false, animate: !calm, spiderLegPolylineOptions: { weight: 1, color: "#0b0c0c" },
    iconCreateFunction(cluster) {
      const inside = cluster.getAllChildMarkers();
      const without = inside.filter((marker) => marker.guidance === "none").length;
      const size = inside.length < 10 ? 32 : inside.length < 100 ? 38 : 46;
      const hidden = make("span", ` places here, ${without} without guidance. Look closer`, "govuk-visually-hidden");
      return L.divIcon({ html: make("span", [String(inside.length), hidden]), className: "app-leaflet__group", iconSize: [size, size] });
    },
  });
}

/// Popups take the cursor, and give it back to where it came from.
function keepFocus(map) {
  let from = null;
  map.on("popupopen", ({ popup }) => {
    from = document.activeElement;
    const into = popup.getElement().querySelector(".app-leaflet__popup a") ?? popup.getElement().querySelector(".leaflet-popup-close-button");
    into?.focus({ preventScroll: true });
  });
  // Leaflet hears Escape only while the map itself has the cursor.
  map.getContainer().addEventListener("keydown", (event) => { if (event.key === "Escape") map.closePopup(); });
  map.on("popupclose", () => { if (from?.isConnected) from.focus({ preventScroll: true }); });
}

async function county(figure) {
  const data = await fetched(figure.dataset.source);
  const { canvas, map } = open(figure, "Map of hot spots. The tables below it say the same");
  figure.prepend(canvas);
  map.invalidateSize({ animate: false });
  figure.querySelector(".app-leaflet__still")?.remove();
  const ground = outlines(data, map);
  const { layer, byId } = spots(data, map, figure.dataset.spots);
  const group = groups().addTo(map);
  const show = (some) => { group.clearLayers(); group.addLayers(ofKind(some, "place").features.map(mark)); };
  if (!data.withheld) show(data);
  keepFocus(map);
  const whole = (layer.getLayers().length ? layer : ground).getBounds();
  if (whole.isValid()) map.fitBounds(whole, { padding: [24, 24], animate: false });
  const status = make("p", [], "govuk-body-s");
  status.setAttribute("role", "status");
  if (data.withheld) {
    const say = (text) => { status.textContent = text; };
    let asked = 0;
    let reading = false;
    map.on("popupopen", () => { reading = true; });
    map.on("popupclose", () => { reading = false; });
    const look = async () => {
      // What is being read is not taken away.
      if (reading) return;
      const mine = ++asked;
      try {
        const near = await fetched(figure.dataset.source, map.getBounds());
        if (mine !== asked) return;
        show(near);
        say(near.withheld ? `${near.places} places are too many to show here. Look closer.` : "");
      } catch { say("The places could not be fetched. Move the map to try again."); }
    };
    map.on("moveend", look);
    look();
  }
  const go = make("ul", data.features.filter((feature) => feature.properties.t === "spot").map(({ properties: p }) => {
    const button = make("button", [`${p.r} ${p.n}`, make("span", `, ${states[p.s] ?? p.s}: show on the map`, "govuk-visually-hidden")], "govuk-button govuk-button--secondary app-button--compact");
    button.type = "button";
    button.addEventListener("click", () => {
      map.fitBounds(byId.get(p.id).getBounds(), { padding: [60, 60], animate: false });
      byId.get(p.id).openPopup(p.at);
      canvas.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
    });
    return make("li", button);
  }), "app-leaflet__go app-no-print");
  go.setAttribute("aria-label", "Show a hot spot on the map");
  canvas.after(status, go);
  figure.dataset.ready = "yes";
}

/// Draws an area corner by corner and writes it as GeoJSON into the form's own field: what is read from there is the one rule.
async function draw(page) {
  const field = page.querySelector(`textarea[name="${page.dataset.appDraw}"]`);
  if (!field) return;
  const { canvas, map } = open(page, "Map to draw the area on. Move it with the arrow keys and add a corner in its middle");
  const cross = make("div", [], "app-leaflet__cross");
  cross.setAttribute("aria-hidden", "true");
  canvas.append(cross);
  const status = make("p", [], "govuk-body-s");
  status.setAttribute("role", "status");
  const button = (words, act) => {
    const element = make("button", words, "govuk-button govuk-button--secondary app-button--compact");
    element.type = "button";
    element.addEventListener("click", act);
    return element;
  };
  let corners = [];
  let marks = [];
  const shape = L.polygon([], { className: "app-leaflet__drawn", interactive: false }).addTo(map);
  const buttons = make("div", [
    button("Add a corner in the middle", () => add(map.getCenter())), button("Take the last corner back", () => { corners.pop(); redraw(); }),
    button("Start again", () => { corners = []; redraw(); }),
  ], "govuk-button-group");
  const hint = make("p", "Click each corner on the map, going round; or move the map with the arrow keys until the cross is at a corner, and add it. Corners can be dragged.", "govuk-hint");
  field.closest(".govuk-form-group").before(make("div", [hint, canvas, status, buttons], "app-leaflet"));
  map.invalidateSize({ animate: false });

  const add = (at) => { corners.push(L.latLng(at.lat, at.lng)); redraw(); };
  const write = () => {
    const rounded = corners.map(({ lng, lat }) => [Number(lng.toFixed(6)), Number(lat.toFixed(6))]);
    field.value = corners.length < 3 ? "" : JSON.stringify({ type: "Polygon", coordinates: [[...rounded, rounded[0]]] });
  };
  const say = () => {
    const count = corners.length === 1 ? "1 corner" : `${corners.length} corners`;
    status.textContent = corners.length < 3 ? `${count}. An area has at least three.` : `${count}, about ${Math.round(size(corners)).toLocaleString("en-GB")} square metres.`;
  };
  function redraw() {
    marks.forEach((corner) => corner.remove());
    marks = corners.map((at, index) => {
      const words = `Corner ${index + 1}: arrow keys move it, Delete takes it away`;
      const corner = L.marker(at, { draggable: true, title: words, alt: words, icon: L.divIcon({ className: "app-leaflet__corner", iconSize: [24, 24] }) }).addTo(map);
      corner.on("drag", () => { corners[index] = corner.getLatLng(); shape.setLatLngs(corners); write(); });
      corner.on("dragend", say);
      corner.getElement().addEventListener("keydown", (event) => {
        const step = { ArrowLeft: [-8, 0], ArrowRight: [8, 0], ArrowUp: [0, -8], ArrowDown: [0, 8] }[event.key];
        if (step) {
          corners[index] = map.layerPointToLatLng(map.latLngToLayerPoint(corners[index]).add(step));
          corner.setLatLng(corners[index]);
          shape.setLatLngs(corners);
          write();
          say();
        } else if (event.key === "Delete" || event.key === "Backspace") {
          corners.splice(index, 1);
          redraw();
          (marks[Math.min(index, marks.length - 1)]?.getElement() ?? canvas).focus();
        } else return;
        event.preventDefault();
        event.stopPropagation();
      });
      return corner;
    });
    shape.setLatLngs(corners);
    write();
    say();
  }
  map.on("click", (event) => add(event.latlng));
  canvas.addEventListener("keydown", (event) => {
    if (event.target === canvas && event.key === "Enter") { event.preventDefault(); add(map.getCenter()); }
  });

  // What was drawn before an error comes back; what was pasted stays as it was.
  try {
    const before = JSON.parse(field.value);
    if (before.type === "Polygon" && before.coordinates.length === 1 && before.coordinates[0].every(([x, y]) => Math.abs(x) < 20 && y > 40 && y < 70)) {
      corners = before.coordinates[0].slice(0, -1).map(([lng, lat]) => L.latLng(lat, lng));
    }
  } catch { /* Nothing drawn yet. */ }
  if (corners.length) {
    const text = field.value;
    redraw();
    field.value = text;
  }
  const data = await fetched(page.dataset.source);
  const ground = outlines(data, map);
  spots(data, map, page.dataset.spots);
  const first = corners.length ? L.latLngBounds(corners) : ground.getBounds();
  const fit = () => { if (first.isValid()) map.fitBounds(first, { padding: [24, 24], maxZoom: 17, animate: false }); };
  fit();
  // The question is closed at first, and the map has no size: it is fitted once it has one.
  new ResizeObserver((_, self) => { if (canvas.clientWidth) { map.invalidateSize(); fit(); self.disconnect(); } }).observe(canvas);
  page.dataset.ready = "yes";
}

/// Square metres of a small polygon, by its shadow on a plane at its latitude.
function size(corners) {
  const east = 111_320 * Math.cos(corners[0].lat * Math.PI / 180);
  let twice = 0;
  corners.forEach((a, index) => {
    const b = corners[(index + 1) % corners.length];
    twice += (a.lng * b.lat - b.lng * a.lat) * east * 111_320;
  });
  return Math.abs(twice) / 2;
}

for (const figure of document.querySelectorAll("[data-app-map]")) county(figure).catch(() => { figure.dataset.ready = "no"; });
for (const page of document.querySelectorAll("[data-app-draw]")) draw(page).catch(() => { page.dataset.ready = "no"; });
