// The language of the window. Messages read it while a page is drawn, so a change redraws what stands there.
import { overwriteGetLocale, overwriteSetLocale, type Locale } from './paraglide/runtime';

class Language {
  #current = $state<Locale>('vi');

  get current(): Locale {
    return this.#current;
  }

  set(locale: Locale): void {
    this.#current = locale;
    document.documentElement.lang = locale;
  }
}

export const language = new Language();

overwriteGetLocale(() => language.current);
overwriteSetLocale((locale) => {
  language.set(locale);
});
