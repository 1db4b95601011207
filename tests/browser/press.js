// Presses one of the buttons that copy, and returns what it was meant to copy and what it did.
// Each press is a call of its own: scripts may copy only for some seconds after a reader's gesture.
async ([selector, index]) => {
  const button = document.querySelectorAll(selector)[index];
  const what = () => {
    if (button.matches("a")) return { kind: "link", meant: button.href };
    if (button.matches(".copybtn")) {
      return { kind: "code", meant: document.querySelector(button.dataset.clipboardTarget).textContent };
    }
    const heading = button.parentElement;
    if (!heading.closest(".gp-cite")) return { kind: button.textContent, meant: null };
    const name = [...heading.childNodes].find((node) => node !== button);
    return { kind: name.textContent, meant: heading.nextElementSibling.textContent };
  };
  const pressed = { of: button.closest(".gp-card")?.id ?? "", ...what() };
  await navigator.clipboard.writeText("nothing was copied");
  button.click();
  for (let wait = 0; wait < 300; wait += 1) {
    pressed.copied = await navigator.clipboard.readText();
    if (pressed.copied !== "nothing was copied") break;
    await new Promise((done) => setTimeout(done, 10));
  }
  return pressed;
}
