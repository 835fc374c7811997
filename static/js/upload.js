/* "Ladda upp dokument": files can be dropped, are listed with their sizes, and the upload tells how far it has
   come. Without this script the form works as it stands. */
"use strict";

const NO_BREAK_SPACE = "\u00a0";

const form = document.querySelector("form[data-upload]");
if (form) enhance(form);

function enhance(form) {
  const input = form.querySelector("input[type=file]");
  const zone = form.querySelector("[data-upload-zone]");
  const largest = Number(input.dataset.largest);
  const together = Number(input.dataset.largestTogether);

  const hint = element("p", "upload__hint", "eller släpp filerna här");
  const list = element("ul", "upload__files");
  list.setAttribute("aria-label", "Valda filer");
  const status = element("p", "upload__status");
  status.setAttribute("role", "status");
  const progress = element("progress", "upload__progress");
  progress.max = 100;
  progress.hidden = true;
  progress.setAttribute("aria-label", "Så långt har uppladdningen kommit");
  zone.append(hint);
  zone.parentElement.append(list, progress, status);

  let chosen = [];

  input.addEventListener("change", () => choose([...input.files]));

  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.add("is-over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    zone.addEventListener(name, () => zone.classList.remove("is-over"));
  }
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    choose([...chosen, ...event.dataTransfer.files]);
  });
  // A file that misses the zone must not take the page's place.
  for (const name of ["dragover", "drop"]) {
    window.addEventListener(name, (event) => event.preventDefault());
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const problem = whyNot();
    if (problem) say(problem);
    else send();
  });

  /* Make the files those of the field, so that what is listed is what is sent. */
  function choose(files) {
    chosen = files;
    const transfer = new DataTransfer();
    chosen.forEach((file) => transfer.items.add(file));
    input.files = transfer.files;
    list.replaceChildren(...chosen.map(item));
    say(whyNot() || (chosen.length === 1 ? "En fil är vald." : `${chosen.length} filer är valda.`));
  }

  function item(file, place) {
    const line = element("li", "upload__file");
    const tooLarge = file.size > largest;
    line.classList.toggle("is-refused", tooLarge);
    const remove = element("button", "upload__remove", "Ta bort");
    remove.type = "button";
    remove.setAttribute("aria-label", `Ta bort ${file.name}`);
    remove.addEventListener("click", () => {
      choose(chosen.filter((_, other) => other !== place));
      input.focus();
    });
    const size = sizeText(file.size) + (tooLarge ? `, högst ${sizeText(largest)} går att ladda upp` : "");
    line.append(element("span", "upload__name", file.name), element("span", "upload__size", size), remove);
    return line;
  }

  function whyNot() {
    const refused = chosen.filter((file) => file.size > largest).length;
    const sum = chosen.reduce((size, file) => size + file.size, 0);
    if (!chosen.length) return "Välj minst en fil.";
    if (refused) return refused === 1 ? "En fil är för stor. Ta bort den." : `${refused} filer är för stora. Ta bort dem.`;
    if (sum >= together) return `Filerna är tillsammans ${sizeText(sum)}. Ladda upp dem i omgångar om högst ${sizeText(together)}.`;
    return "";
  }

  function send() {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress.value = (100 * event.loaded) / event.total;
    });
    request.upload.addEventListener("load", () => say("Filerna kontrolleras …"));
    request.addEventListener("error", () => stop("Uppladdningen avbröts. Inget är sparat. Kontrollera nätverket och försök igen."));
    request.addEventListener("load", () => answered(request));
    setBusy(true);
    say("Filerna laddas upp …");
    request.send(new FormData(form));
  }

  /* Go on to where the files are, or show the page that says what is wrong with them. */
  function answered(request) {
    if ((request.getResponseHeader("Content-Type") || "").startsWith("application/json")) {
      window.location.assign(JSON.parse(request.responseText).address);
      return;
    }
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const fresh = page.querySelector("form[data-upload]");
    if (!fresh) {
      const reason = page.querySelector("h1");
      stop(`${reason ? reason.textContent.trim() : "Något gick fel"}. Inget är sparat.`);
      return;
    }
    document.title = page.title;
    form.replaceWith(fresh);
    enhance(fresh);
    const alert = fresh.querySelector(".errornote");
    if (alert) {
      alert.tabIndex = -1;
      alert.focus();
    }
  }

  function stop(reason) {
    setBusy(false);
    say(reason);
  }

  function setBusy(isBusy) {
    progress.hidden = !isBusy;
    progress.value = 0;
    form.querySelector("input[type=submit]").disabled = isBusy;
  }

  function say(text) {
    status.textContent = text;
  }
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

/* Bytes as the rest of the portal writes them: "456 kB", "1,2 MB". */
function sizeText(size) {
  const [number, unit] = size < 1000 ? [size, "byte"] : size < 999500 ? [Math.round(size / 1e3), "kB"] : [Math.round(size / 1e5) / 10, "MB"];
  return `${number.toLocaleString("sv-SE")}${NO_BREAK_SPACE}${unit}`;
}
