// Presses every button that copies, and returns what each was meant to copy and what it did.
async () => {
  const pressed = [];
  const press = async (button, kind, of, meant) => {
    await navigator.clipboard.writeText("nothing was copied");
    button.click();
    const label = button.getAttribute("aria-label") ?? button.textContent;
    for (let wait = 0; wait < 300; wait += 1) {
      if ((await navigator.clipboard.readText()) !== "nothing was copied") break;
      await new Promise((done) => setTimeout(done, 10));
    }
    pressed.push({ kind, of, label, meant, copied: await navigator.clipboard.readText() });
  };
  for (const card of document.querySelectorAll(".gp-card")) {
    for (const link of card.querySelectorAll("a[data-copy]")) {
      await press(link, "link", card.id, link.href);
    }
    for (const button of card.querySelectorAll(".gp-actions > button")) {
      await press(button, button.textContent, card.id, null);
    }
  }
  for (const button of document.querySelectorAll(".gp-cite button")) {
    const heading = button.parentElement;
    const kind = [...heading.childNodes].find((node) => node !== button).textContent;
    const of = button.closest(".gp-card")?.id ?? "";
    const text = heading.nextElementSibling ?? heading.parentElement.querySelector("pre");
    await press(button, kind, of, text.textContent);
  }
  for (const button of document.querySelectorAll("button.copybtn")) {
    const code = document.querySelector(button.dataset.clipboardTarget).textContent;
    await press(button, "code", "", code);
  }
  return pressed;
}
