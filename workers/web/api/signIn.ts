/** Whoever is not let in any more is asked to sign in where the page itself is asked for. */

let asking = false;

/** Loads the page anew. Once: to ask again while the browser is on its way would call it back. */
export function signInAgain(): void {
  if (asking) return;
  asking = true;
  location.reload();
}
