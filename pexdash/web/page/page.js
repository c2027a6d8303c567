// Beside the terminal that textual-serve brings: where its screen is, that keys go to it without a
// click, the title, whether anybody sees it, and why there is none where there is none.
"use strict";

const TITLE = /\x1b\]2;([^\x07\x1b]*)[\x07\x1b]/g; // xterm's OSC 2
let screen = null;

window.WebSocket = class extends WebSocket {
  constructor(address) {
    super(address);
    screen = this;
    this.addEventListener("open", tellWhetherSeen);
    this.addEventListener("message", showTitle);
    this.addEventListener("close", () => { document.title = "pexdash: ended"; });
  }
};

function nameScreen() {
  const address = new URL("screen", location.href.split("?")[0]);
  address.protocol = address.protocol.replace("http", "ws");
  document.querySelector(".textual-terminal").dataset.sessionWebsocketUrl = address.href;
}

function sayWhatIsMissing() {
  const drawing = document.createElement("canvas").getContext("webgl2");
  if (!drawing) {
    document.querySelector(".loading").textContent =
      "This browser has no WebGL 2, with which the screen is drawn. Switch it on, or use another.";
  }
}

function tellWhetherSeen() {
  if (screen && screen.readyState === screen.OPEN) {
    screen.send(JSON.stringify(["seen", document.visibilityState === "visible"]));
  }
}

function showTitle(message) {
  for (const [, title] of new TextDecoder().decode(message.data).matchAll(TITLE)) {
    document.title = title;
  }
}

function focusTerminal() {
  const typed = document.querySelector(".xterm-helper-textarea");
  if (typed && !document.body.classList.contains("-closed")) {
    typed.focus();
  }
}

document.addEventListener("DOMContentLoaded", nameScreen);
document.addEventListener("DOMContentLoaded", sayWhatIsMissing);
document.addEventListener("visibilitychange", tellWhetherSeen);
// The terminal is made by the handler of this event that was set before.
window.addEventListener("load", () => setTimeout(focusTerminal));
window.addEventListener("focus", focusTerminal);
