// Draws what the server says and sends what the person does. It knows no rules: what may be done, what
// it is called and what came of it are the server's words.
"use strict";

const $ = (id) => document.getElementById(id);
const images = new Map(); // by name, as long as the page is open
const STEP = 350; // milliseconds that a picture is shown, of an episode that is looked on at
const RETRY = 1000;
let socket = null, view = null, sent = false, drawing = Promise.resolve();

function connect() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/play`);
  images.clear();
  socket.onmessage = (event) => receive(JSON.parse(event.data));
  socket.onclose = () => {
    view = null;
    $("refused").textContent = "The server has gone; trying again ...";
    setTimeout(connect, RETRY);
  };
}

function receive(said) {
  sent = false;
  if (said.lost) { location.reload(); return; }
  view = said;
  $("refused").textContent = said.refused;
  drawing = drawing.then(() => show(said));
}

async function show(said) {
  const pictures = [...said.before, said.picture].filter(Boolean);
  for (const picture of pictures) await load(picture.images);
  $("announced").hidden = !said.announcement;
  $("announcement").textContent = said.announcement ? `${said.announcement}.` : "";
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (!still && said.before.length) {
    $("ask").hidden = true;
    for (const picture of said.before) {
      draw(picture);
      await new Promise((done) => setTimeout(done, STEP));
    }
  }
  if (said.picture) draw(said.picture);
  $("board").hidden = !said.picture;
  talk(said);
  list("fields", said.fields);
  $("astext").hidden = !said.text;
  $("text").textContent = said.text;
  ask(said);
  result(said);
  const you = document.body.dataset.person = said.you;
  const begun = said.over || Object.values(said.earned).some((paid) => paid !== 0);
  $("earned").hidden = !begun || said.over;
  $("earned").textContent = `You have earned ${number(said.earned[you] ?? 0)} so far.`;
  status(said.over ? said.result.lines.join(" ") : said.turn ? `Turn ${said.turn}.` : "");
  document.body.dataset.turn = `${said.episode}.${said.turn}`;
}

async function load(added) {
  await Promise.all(Object.entries(added).map(async ([name, address]) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    images.set(name, image);
  }));
}

function draw(picture) {
  const canvas = $("board"), tiles = picture.tiles;
  const [width, height] = tiles
    ? [tiles[0].length * picture.size, tiles.length * picture.size] : picture.size;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  canvas.style.maxWidth = `min(${width * (tiles ? 2 : 1)}px, max(18rem, ${64 * width / height}vh))`;
  const pen = canvas.getContext("2d");
  if (tiles) {
    tiles.forEach((row, y) => row.forEach((tile, x) =>
      pen.drawImage(images.get(picture.names[tile]), x * picture.size, y * picture.size)));
    canvas.setAttribute("aria-label", `The board. ${picture.words}.`);
  } else {
    pen.drawImage(images.get(picture.frame), 0, 0);
    canvas.setAttribute("aria-label", "The game; below it is as text.");
  }
  const legend = (tiles && picture.legend) || [];
  $("legend").hidden = !legend.length;
  const words = JSON.stringify(legend);
  if ($("legend").dataset.words === words) return;
  $("legend").dataset.words = words;
  $("legend").replaceChildren(...legend.map(([name, meaning]) => {
    const item = document.createElement("li"), image = new Image();
    image.src = images.get(name).src;
    image.alt = "";
    item.append(image, meaning);
    return item;
  }));
}

function talk(said) {
  const shown = !said.picture || said.talk.length > 0;
  $("talk").hidden = !shown || (!said.talk.length && !said.fields.length);
  const lines = said.talk.map(([who, words]) => {
    const line = document.createElement("li"), name = document.createElement("span");
    line.className = who === said.you ? "you" : "";
    name.className = "who";
    name.textContent = who === said.you ? `${who} (you)` : who;
    line.append(name, words);
    return line;
  });
  if (!lines.length) {
    const line = document.createElement("li");
    line.className = "empty";
    line.textContent = "Nothing has been said yet.";
    lines.push(line);
  }
  $("talk").replaceChildren(...lines);
  $("talk").scrollTop = $("talk").scrollHeight;
}

function list(id, pairs) {
  $(id).hidden = !pairs.length;
  $(id).replaceChildren(...pairs.flatMap(([name, words]) => {
    const term = document.createElement("dt"), meaning = document.createElement("dd");
    term.textContent = name;
    meaning.textContent = words;
    return [term, meaning];
  }));
}

function ask(said) {
  $("ask").hidden = !said.ask;
  if (!said.ask) return;
  $("prompt").textContent = said.ask.prompt;
  const options = said.ask.options, keyed = options.every((option) => option.key);
  const offered = JSON.stringify(options);
  $("options").hidden = !keyed;
  $("chooser").hidden = keyed;
  $("keys").textContent = !keyed ? "Keys: letters or arrows choose, Enter plays."
    : said.ask.pad ? "Keys: the arrows, and what stands on the buttons." : "Keys: what stands on the buttons.";
  if ($("ask").dataset.offered === offered) return; // so that the focus stays
  $("ask").dataset.offered = offered;
  $("options").classList.toggle("pad", said.ask.pad && options.length === 5);
  $("options").replaceChildren(...(keyed ? options.map(button) : []));
  $("choice").replaceChildren(...(keyed ? [] : options.map((option) => {
    const line = document.createElement("option");
    line.value = option.move;
    line.textContent = option.label;
    return line;
  })));
  if (!keyed) {
    $("choice").size = Math.min(8, options.length);
    $("choice").selectedIndex = 0;
    $("choice").focus({ preventScroll: true });
  }
}

const SIGNS = { ArrowUp: "\u2191", ArrowDown: "\u2193", ArrowLeft: "\u2190", ArrowRight: "\u2192" };

function button(option) {
  const made = document.createElement("button"), key = document.createElement("kbd");
  made.type = "button";
  made.dataset.label = option.label;
  made.dataset.move = option.move;
  key.textContent = SIGNS[option.key] ?? option.key;
  key.setAttribute("aria-hidden", "true");
  made.append(option.label, key);
  made.addEventListener("click", () => move(option.move));
  return made;
}

function result(said) {
  const found = said.result, box = $("result"), before = box.hidden;
  box.hidden = !found;
  if (!found) return;
  box.classList.toggle("missed", !found.attained);
  const [headline, ...lines] = found.lines;
  $("headline").textContent = headline;
  fill("lines", lines);
  fill("notes", found.notes);
  const { before: without, after, most } = found.best;
  const bars = [["without a commitment", without, "before"], ["with what was announced", after, "after"],
    ["with the best commitment there is", most, "most"]].filter(([, chance]) => chance !== null);
  $("bars").hidden = bars.length < 2;
  const title = document.createElement("p");
  title.textContent = `How likely ${found.wanted.replaceAll("_", " ")} is:`;
  $("bars").replaceChildren(title, ...bars.map(([words, chance, kind]) => {
    const bar = document.createElement("div"), label = document.createElement("p"), meter = document.createElement("meter");
    label.textContent = `${number(chance)} ${words}`;
    Object.assign(meter, { min: 0, max: 1, value: chance, className: kind });
    meter.setAttribute("aria-label", words);
    bar.append(label, meter);
    return bar;
  }));
  if (before) box.focus({ preventScroll: false });
}

function fill(id, lines) {
  $(id).hidden = !lines.length;
  $(id).replaceChildren(...lines.map((words) => {
    const line = document.createElement("li");
    line.textContent = words;
    return line;
  }));
}

function number(value) { return String(Math.round(value * 1000) / 1000); }

function status(words) { $("status").textContent = words; }

function send(message) {
  if (sent || !view || socket.readyState !== WebSocket.OPEN) return;
  sent = true;
  socket.send(JSON.stringify(message));
}

function move(place) {
  if (view && !view.over) send({ move: place, turn: view.turn, episode: view.episode });
}

function again() {
  if (view && view.over) send({ again: true });
}

$("again").addEventListener("click", again);
$("chooser").addEventListener("submit", (event) => {
  event.preventDefault();
  move(Number($("choice").value));
});

document.addEventListener("keydown", (event) => {
  if (!view || event.ctrlKey || event.metaKey || event.altKey) return;
  const at = event.target, typing = at.closest("select, summary, pre, .scroll, button");
  if (view.over) {
    if (event.key === "Enter" && !typing) { event.preventDefault(); again(); }
    return;
  }
  if (event.key === "Enter" && at.id === "choice") { event.preventDefault(); move(Number(at.value)); return; }
  if (at.closest("select")) return;
  const option = view.ask.options.find((one) => one.key && one.key === event.key);
  if (option) { event.preventDefault(); move(option.move); }
});

connect();
