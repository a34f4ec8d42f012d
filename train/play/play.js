// The page of a game that is played alone: says what came of it, and plays again.
import { $, forget, keyed, number, show } from "./game.js";

const RETRY = 1000;
const LOOK = 300; // milliseconds until it is looked again whether another has moved
let socket = null, view = null, sent = false, drawing = Promise.resolve(), since = 0;

function connect() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/play`);
  forget();
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
  drawing = drawing.then(async () => {
    await show(said, move);
    result(said);
    waits(said.waits);
    status(said.waits ? $("waiting").textContent : said.over ? said.result.lines.join(" ") : said.turn ? `Turn ${said.turn}.` : "");
    const begins = document.body.dataset.person === undefined;
    if (begins && matchMedia("(max-width: 30rem)").matches) document.querySelector(".part").scrollIntoView();
    document.body.dataset.person = said.you;
    document.body.dataset.turn = `${said.episode}.${said.turn}`;
  });
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

// Another thinks: the page says so, and looks again until it has answered or failed.
function waits(found) {
  $("waits").hidden = !found;
  document.body.dataset.waits = found ? found.failed ? "failed" : "thinking" : "";
  if (!found) { since = 0; return; }
  const who = found.agents.join(" and ");
  since = found.failed ? 0 : since || Date.now();
  $("waiting").textContent = found.failed
    ? `No answer of ${who}'s has come: ${found.failed} Your moves are kept.`
    : `${who} ${found.agents.length > 1 ? "are" : "is"} thinking ...`;
  const seconds = Math.round((Date.now() - since) / 1000);
  $("since").textContent = since && seconds > 1 ? `${seconds} s` : "";
  $("retry").hidden = !found.failed;
  if (!found.failed) setTimeout(look, LOOK);
}

function look() {
  if (view?.waits && !view.waits.failed && socket.readyState === WebSocket.OPEN) {
    socket.send(JSON.stringify({ look: true }));
  }
}

function retry() {
  if (view?.waits?.failed) send({ retry: true });
}

function fill(id, lines) {
  $(id).hidden = !lines.length;
  $(id).replaceChildren(...lines.map((words) => {
    const line = document.createElement("li");
    line.textContent = words;
    return line;
  }));
}

function status(words) { if ($("status").textContent !== words) $("status").textContent = words; }

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
$("retry").addEventListener("click", retry);

document.addEventListener("keydown", (event) => {
  if (!view || event.ctrlKey || event.metaKey || event.altKey) return;
  if (view.waits) {
    if (event.key === "Enter" && !event.target.closest("select, summary, pre, .scroll, button")) retry();
    return;
  }
  if (view.over) {
    const typing = event.target.closest("select, summary, pre, .scroll, button");
    if (event.key === "Enter" && !typing) { event.preventDefault(); again(); }
    return;
  }
  const place = keyed(event, view);
  if (place !== undefined) { event.preventDefault(); move(place); }
});

connect();
