// Beside the terminal that textual-serve brings: where its screen is, that keys go to it without a
// click, and why it cannot be where it cannot.
"use strict";

function nameScreen() {
  const screen = new URL("screen", location.href.split("?")[0]);
  screen.protocol = screen.protocol.replace("http", "ws");
  document.querySelector(".textual-terminal").dataset.sessionWebsocketUrl = screen.href;
}

function focusTerminal() {
  const typed = document.querySelector(".xterm-helper-textarea");
  if (typed && !document.body.classList.contains("-closed")) {
    typed.focus();
  }
}

function sayWhatIsMissing() {
  const drawing = document.createElement("canvas").getContext("webgl2");
  if (!drawing) {
    document.querySelector(".loading").textContent =
      "This browser has no WebGL 2, with which the screen is drawn. Switch it on, or use another.";
  }
}

document.addEventListener("DOMContentLoaded", nameScreen);
document.addEventListener("DOMContentLoaded", sayWhatIsMissing);
// The terminal is made by the handler of this event that was set before.
window.addEventListener("load", () => setTimeout(focusTerminal));
window.addEventListener("focus", focusTerminal);
