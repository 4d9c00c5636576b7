// Functions that run inside the page: each must stand alone, since only its text gets there.

/** The elements that a person can touch or fill in and that have a name, and the name that a reader would speak. */
export function findByName(kind, name) {
  const kinds = {
    touch:
      'button, a[href], summary, input[type=radio], input[type=checkbox], label:has(input[type=radio]), label:has(input[type=checkbox]), [role=button], [role=link], [role=tab], [role=option], [role=menuitem], [role=radio], [role=checkbox], [role=switch], [role=row][tabindex]',
    fill: 'input:not([type=radio]):not([type=checkbox]):not([type=hidden]), textarea, select, [role=combobox], [role=textbox]',
  };
  const plain = (text) => (text ?? '').normalize('NFC').replace(/\s+/gu, ' ').trim();
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const texts = (ids) => ids.split(/\s+/u).map((id) => plain(document.getElementById(id)?.innerText));
  const names = (element) => {
    const labelled = element.getAttribute('aria-labelledby');
    if (labelled) return [texts(labelled).filter(Boolean).join(' ')];
    if (element.getAttribute('aria-label')) return [plain(element.getAttribute('aria-label'))];
    if (element.labels?.length) return [...element.labels].map((label) => plain(label.innerText));
    return [plain(element.innerText), plain(element.innerText?.split('\n')[0])];
  };
  const wanted = plain(name);
  const all = [...document.querySelectorAll(kinds[kind])].filter(
    (element) => shown(element) && !element.closest('[inert], [aria-hidden=true]'),
  );
  const exact = all.filter((element) => names(element).includes(wanted));
  const found =
    exact.length > 0 ? exact : all.filter((element) => names(element).some((n) => n.startsWith(wanted)));
  // A label and its radio are one thing to touch.
  const one = found.filter((element) => !found.some((other) => other !== element && other.contains(element)));
  return { found: one, all: [...new Set(all.map((element) => names(element)[0]))] };
}

/** All the text that can be read, as one line each. */
export function readableText() {
  const texts = [document.body.innerText];
  for (const field of document.querySelectorAll('input, textarea')) {
    if (field.checkVisibility() && field.type !== 'password') texts.push(field.value);
  }
  return texts.join('\n').normalize('NFC');
}

/** What comes of calls and ways out that the pages must not have. `done` is WebDriver's. */
export function tryToGetOut(done) {
  const { invoke } = window.__TAURI_INTERNALS__;
  const outcome = (promise) =>
    promise.then(
      () => 'done',
      () => 'refused',
    );
  const inline = document.createElement('script');
  inline.textContent = 'window.__inline = true';
  document.body.append(inline);
  const before = location.href;
  location.href = 'https://example.org/';
  Promise.all([
    outcome(invoke('no_such_command')),
    outcome(invoke('plugin:event|emit', { event: 'sothon' })),
    outcome(invoke('plugin:window|close', { label: 'main' })),
    outcome(invoke('plugin:notification|notify', { options: { title: 'x' } })),
    outcome(fetch('https://example.org/')),
    outcome(fetch('tauri://localhost/index.html')),
    outcome(
      navigator.geolocation
        ? new Promise((yes, no) => navigator.geolocation.getCurrentPosition(yes, no))
        : Promise.reject(),
    ),
  ]).then((tried) =>
    done({
      tried,
      inline: '__inline' in window,
      opened: window.open('https://example.org/') !== null,
      stayed: location.href === before,
    }),
  );
}

/** What must not have happened, and is forgotten by being read. */
export function heard() {
  return window.__heard
    ? window.__heard.splice(0)
    : ['nothing listens: was the program built for window tests?'];
}

/** What axe finds against WCAG 2.2 AA; `done` is WebDriver's. */
export function runAxe(tags, done) {
  window.axe.run(document, { runOnly: tags, resultTypes: ['violations'] }).then(
    ({ violations }) =>
      done(
        violations.map(({ id, help, nodes }) => ({
          id,
          help,
          where: nodes.map((node) => `${node.target.join(' ')}: ${node.any[0]?.message ?? node.html}`),
        })),
      ),
    (error) => done([{ id: 'axe', help: String(error), where: [] }]),
  );
}

/** Whether axe was put into the page before. */
export function hasAxe() {
  return 'axe' in window;
}

/** The size of what is inside the window, and the look that is set. */
export function look() {
  return {
    width: innerWidth,
    height: innerHeight,
    theme: document.documentElement.getAttribute('data-theme'),
  };
}

/** Sets a look; `null` is what the page had without one. */
export function setTheme(theme) {
  if (theme === null) document.documentElement.removeAttribute('data-theme');
  else document.documentElement.setAttribute('data-theme', theme);
}
