// A participant's page: shows what the server says and sends what is answered, a step at a time.
import { $, forget, keyed, number, show } from "./game.js";

const RETRY = 1000;
const READ = { consent: ["Before you begin", "I agree"], instructions: ["Instructions", "Go on"] };
let socket = null, page = null, sent = false, shown = null, drawing = Promise.resolve();

function connect() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/study`);
  forget();
  socket.onmessage = (event) => receive(JSON.parse(event.data));
  socket.onclose = () => {
    if (page?.lost) return;
    page = null;
    $("said").textContent = "The server has gone; trying again. Nothing that you did is lost.";
    setTimeout(connect, RETRY);
  };
}

function receive(said) {
  sent = false;
  page = said;
  $("said").textContent = said.refused;
  if (said.lost) return;
  drawing = drawing.then(() => draw(said));
}

async function draw(said) {
  const stage = said.stage, now = stage === "trial" ? `trial ${said.practice} ${said.number}` : `${stage} ${said.step}`;
  const fresh = shown !== now;
  $("reading").hidden = !(stage in READ);
  $("playing").hidden = stage !== "trial";
  $("choices").hidden = stage !== "wanted" && stage !== "comparison";
  $("questions").hidden = stage !== "questions";
  $("code").hidden = stage !== "end";
  $("place").textContent = "";
  $("said").before($("on"));
  on("");
  if (stage in READ) {
    heading(READ[stage][0]);
    $("reading").innerHTML = said.html; // the server's own: its HTML holds text alone
    on(READ[stage][1]);
  } else if (stage === "trial") {
    heading(`${said.practice ? "Practice" : "Game"} ${said.number} of ${said.of}`);
    $("place").textContent = said.practice ? "This one does not count." : "";
    await show(said.game, (move) => answer(move));
    if (!said.game.announcement) {
      $("announced").hidden = false;
      $("announcement").textContent = "Nothing was announced.";
    }
    const result = said.game.result;
    $("result").hidden = !result;
    if (result) {
      $("result").append($("on"));
      const ended = result.outcome === null ? "The game is over" : `The game ended in ${spaced(result.outcome)}`;
      $("came").textContent = `${ended}. You earned ${number(result.earned)}.`;
      on("Go on");
    }
  } else if (stage === "wanted") {
    heading("Which end did you want in the game that you just played?");
    choices(said.outcomes.map((outcome) => [spaced(outcome), outcome]));
  } else if (stage === "comparison") {
    heading("Of these two ends of a game, which one do you like better?");
    choices([[spaced(said.first), "first"], [spaced(said.second), "second"]]);
  } else if (stage === "questions") {
    heading("Some questions");
    if (fresh) ask(said.questions);
  } else {
    heading("Thank you. That was all.");
    $("code").textContent = said.code;
    $("place").textContent = "Your completion code:";
  }
  $("status").textContent = $("heading").textContent;
  if (fresh) { shown = now; $("heading").focus(); scrollTo(0, 0); }
  document.body.dataset.step = said.step;
  document.body.dataset.stage = stage;
}

function heading(words) { $("heading").textContent = words; }

function spaced(outcome) { return outcome.replaceAll("_", " "); }

function on(words) {
  $("on").hidden = !words;
  const key = document.createElement("kbd");
  key.textContent = "Enter";
  key.setAttribute("aria-hidden", "true");
  $("on").replaceChildren(words, key);
}

function choices(pairs) {
  $("choices").replaceChildren(...pairs.map(([words, value], place) => {
    const button = document.createElement("button"), key = document.createElement("kbd");
    button.type = "button";
    button.dataset.value = value;
    key.textContent = place < 9 ? place + 1 : "";
    key.setAttribute("aria-hidden", "true");
    button.append(words, key);
    button.addEventListener("click", () => answer(value));
    return button;
  }));
}

function ask(questions) {
  $("fields-asked").replaceChildren(...questions.map((one) => {
    const box = document.createElement("fieldset"), legend = document.createElement("legend");
    box.className = "asked";
    box.dataset.name = one.name;
    box.dataset.kind = one.kind;
    legend.textContent = one.required ? one.text : `${one.text} (may be left out)`;
    box.append(legend);
    const points = one.kind === "choice" ? one.choices.map((choice) => [choice, choice])
      : one.kind === "scale" ? Array.from({ length: one.most - one.least + 1 }, (_, k) => [String(one.least + k), one.least + k])
      : [];
    for (const [words, value] of points) {
      const label = document.createElement("label"), input = document.createElement("input");
      label.className = "point";
      Object.assign(input, { type: "radio", name: one.name, value });
      label.append(input, words);
      box.append(label);
    }
    if (!points.length) {
      const input = document.createElement(one.kind === "text" ? "textarea" : "input");
      input.setAttribute("aria-label", one.text);
      if (one.kind === "text") input.maxLength = one.most;
      else Object.assign(input, { type: "number", min: one.least, max: one.most, step: 1 });
      box.append(input);
    }
    return box;
  }));
}

function answers() {
  const given = {};
  for (const box of document.querySelectorAll(".asked")) {
    const input = box.querySelector("input:checked, textarea, input[type=number]");
    const value = input ? input.value.trim() : "";
    const whole = box.dataset.kind === "whole" || box.dataset.kind === "scale";
    given[box.dataset.name] = value === "" ? null : whole ? Number(value) : value;
  }
  return given;
}

function answer(given) {
  if (sent || !page || socket.readyState !== WebSocket.OPEN) return;
  sent = true;
  socket.send(JSON.stringify({ step: page.step, answer: given }));
}

$("on").addEventListener("click", () => answer("on"));
$("questions").addEventListener("submit", (event) => {
  event.preventDefault();
  answer(answers());
});

document.addEventListener("keydown", (event) => {
  if (!page || event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("select, summary, pre, button, input, textarea");
  if (event.key === "Enter" && !typing && !$("on").hidden) { event.preventDefault(); answer("on"); return; }
  if (page.stage === "trial" && !page.game.over) {
    const place = keyed(event, page.game);
    if (place !== undefined) { event.preventDefault(); answer(place); }
  } else if (!$("choices").hidden && !typing) {
    const button = $("choices").children[Number(event.key) - 1];
    if (button) { event.preventDefault(); button.click(); }
  }
});

// A page that is loaded anew goes on, and shows the code after the end; the link begins another.
history.replaceState(null, "", location.pathname);
connect();
