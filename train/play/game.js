// Draws a game as the server says it, and tells what the person chooses. It knows no rules: what may be
// done, what it is called and what came of it are the server's words.

export const $ = (id) => document.getElementById(id);
const images = new Map(); // by name, as long as the page is open
const STEP = 350; // milliseconds that a picture is shown, of an episode that is looked on at
let chosen = () => {};

// The server has forgotten what was sent, too.
export function forget() { images.clear(); }

// Draws a view; `choose` is told the place of the option that is taken.
export async function show(view, choose) {
  chosen = choose;
  const pictures = [...view.before, view.picture].filter(Boolean);
  for (const picture of pictures) await load(picture.images);
  $("announced").hidden = !view.announcement;
  $("announcement").textContent = view.announcement ? `${view.announcement}.` : "";
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (!still && view.before.length) {
    $("ask").hidden = true;
    for (const picture of view.before) {
      draw(picture);
      await new Promise((done) => setTimeout(done, STEP));
    }
  }
  if (view.picture) draw(view.picture);
  $("board").hidden = !view.picture;
  talk(view);
  list("fields", view.fields);
  $("astext").hidden = !view.text;
  $("text").textContent = view.text;
  ask(view);
  const begun = view.over || Object.values(view.earned).some((paid) => paid !== 0);
  $("earned").hidden = !begun || view.over;
  $("earned").textContent = `You have earned ${number(view.earned[view.you] ?? 0)} so far.`;
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
  made.addEventListener("click", () => chosen(option.move));
  return made;
}

// What a key chooses of a view's options; undefined if nothing.
export function keyed(event, view) {
  const at = event.target;
  if (event.key === "Enter" && at.id === "choice") return Number(at.value);
  if (at.closest("select, input, textarea")) return undefined;
  return view.ask?.options.find((one) => one.key && one.key === event.key)?.move;
}

export function number(value) { return String(Math.round(value * 1000) / 1000); }

$("chooser").addEventListener("submit", (event) => {
  event.preventDefault();
  chosen(Number($("choice").value));
});
