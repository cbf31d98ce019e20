/** What the browser keeps of this page. One that keeps nothing shows it all the same. */

const keyOf = (name: string): string => `spymaster.${name}`;

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(keyOf(name));
  } catch {
    return null;
  }
}

export function keep(name: string, text: string): void {
  try {
    localStorage.setItem(keyOf(name), text);
  } catch {
    // It is as it was chosen until the page is left.
  }
}
