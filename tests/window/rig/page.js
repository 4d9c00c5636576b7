// Functions that run inside the page: each must stand alone, since only its text gets there.

/**
 * The elements that a person can touch or fill in and that have a name, and the name that a reader would speak; inside
 * the part of the page of this name, if one is given.
 */
export function findByName(kind, name, inside) {
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
  const title = (place) => place.querySelector('legend, h2');
  const named = (place) =>
    [place.getAttribute('aria-label'), title(place)?.innerText].some((said) =>
      plain(said).startsWith(plain(inside)),
    );
  const parts = [...document.querySelectorAll('fieldset, section, nav, [role=group]')].filter((place) =>
    named(place),
  );
  // A group that begins with a field has its title too: the field alone is meant.
  const same = (part) => parts[0].contains(part) && title(part) === title(parts[0]);
  const places = inside ? parts.filter(same).slice(-1) : [document];
  const all = places
    .flatMap((place) => [...place.querySelectorAll(kinds[kind])])
    .filter((element) => shown(element) && !element.closest('[inert], [aria-hidden=true]'));
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
  for (const field of document.querySelectorAll('input:not([type=radio]):not([type=checkbox]), textarea')) {
    if (field.checkVisibility() && field.type !== 'password') texts.push(field.value);
  }
  return texts.join('\n').normalize('NFC');
}

/** How high all of the page is. */
export function heightOfAll() {
  return document.documentElement.scrollHeight;
}

/** The rows of a page that stand in sections: the section's title and the row's first words. */
export function rowNames() {
  return [...document.querySelectorAll('main section')].flatMap((section) => {
    const title = section.querySelector('h2')?.innerText.trim();
    return [...section.querySelectorAll('.row .name')].map((name) => [title, name.innerText.trim()]);
  });
}

/** The buttons of the page that begin with a word. */
export function buttonsFrom(word) {
  return [...document.querySelectorAll('main button')]
    .map((button) => button.innerText.trim())
    .filter((text) => text.startsWith(word));
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

/** What reaches beyond the window's right edge and cannot be scrolled to inside a box of its own. */
export function tooWide() {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  return [...document.body.querySelectorAll('*')]
    .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > innerWidth + 1)
    .filter((element) => !element.closest('.scroll'))
    .slice(0, 5)
    .map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
}

/** What must not have happened, and is forgotten by being read. */
export function heard() {
  return window.__heard
    ? window.__heard.splice(0)
    : ['nothing listens: was the program built for window tests?'];
}

/** What axe finds against WCAG 2.2 AA; `done` is WebDriver's. */
export function runAxe(tags, done) {
  const { axe } = window;
  // A target that lies half under a bar can be scrolled out from under it; one that stays small there is too small.
  const stays = async (rule, node) => {
    if (rule !== 'target-size') return true;
    const element = document.querySelector(node.target[0]);
    element.scrollIntoView({ block: 'center', behavior: 'instant' });
    const again = await axe.run(element, { runOnly: [rule], resultTypes: ['violations'] });
    return again.violations.length > 0;
  };
  const look = async () => {
    const from = scrollY;
    const { violations } = await axe.run(document, { runOnly: tags, resultTypes: ['violations'] });
    const found = [];
    for (const { id, help, nodes } of violations) {
      const where = [];
      for (const node of nodes) {
        if (await stays(id, node))
          where.push(`${node.target.join(' ')}: ${node.any[0]?.message ?? node.html}`);
      }
      if (where.length > 0) found.push({ id, help, where });
    }
    scrollTo({ top: from, behavior: 'instant' });
    return found;
  };
  look().then(done, (error) => done([{ id: 'axe', help: String(error), where: [String(error)] }]));
}

/** Whether axe was put into the page before. */
export function hasAxe() {
  return 'axe' in window;
}

/** Scrolls as a person does who wants to touch it: to where no bar lies over it. */
export function intoSight(element) {
  element.scrollIntoView({ block: 'center', behavior: 'instant' });
}

/** Scrolls a little and says, as soon as that is drawn, what a press in the middle of the window would hit. */
export function hitWhileScrolling(done) {
  scrollBy({ top: innerHeight / 2, behavior: 'instant' });
  const look = () => {
    const hit = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
    done(hit?.closest('button, a')?.innerText ?? '');
  };
  requestAnimationFrame(() => requestAnimationFrame(look));
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

/** The groups of the recovery key as they stand on the sheet. */
export function recoveryGroups() {
  return [...document.querySelectorAll('.paper ol li')].map((group) => group.innerText.trim());
}

/** Waits until what was changed is drawn and no colour is on its way to another; `done` is WebDriver's. */
export function settled(done) {
  const passing = document
    .getAnimations()
    .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
    .map((animation) => animation.finished.catch(() => {}));
  const drawn = () => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));
  Promise.all([document.fonts.ready, ...passing]).then(drawn);
}

/** What a paste does in the field that has the focus, with the events of a paste; the screen's clipboard belongs to all. */
export function insert(text) {
  document.execCommand('insertText', false, text);
}

/** The text that stands ready to be copied, under this label. */
export function textToCopy(label) {
  const texts = [...document.querySelectorAll('p.code')];
  return texts.find((text) => text.parentElement.innerText.startsWith(label))?.innerText.trim();
}

/** The eight words, in their order. */
export function eightWords() {
  return [...document.querySelectorAll('ol.words li')].map((word) => word.innerText.trim());
}

/** Scrolls to the lowest place that there is now. */
export function scrollDown() {
  scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' });
}

/** Whether nothing is below what is seen. */
export function isAtEnd() {
  return scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
}

/** Whether the page shows a picture that a camera gives. */
export function cameraShows() {
  const video = document.querySelector('video');
  return video !== null && video.videoWidth > 0 && !video.paused;
}

/** Whether the camera that the page showed, when this was asked first, is on still. */
export function holdsCamera() {
  const stream = document.querySelector('video')?.srcObject ?? window.heldCamera;
  window.heldCamera = stream;
  return stream?.getTracks().some((track) => track.readyState === 'live') ?? false;
}

/** How wide the large photo is that is drawn now, in its own pixels. */
export function widthOfPhoto() {
  return document.querySelector('.photo.large img')?.naturalWidth;
}
