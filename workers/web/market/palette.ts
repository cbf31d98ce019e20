/** Colours of the theme for what is drawn on a canvas, which knows no style sheets. */

const NAMES = [
  'paper',
  'panel',
  'line',
  'line-strong',
  'text',
  'muted',
  'accent',
  'break',
  'reject',
  'chop',
  'bid',
  'ask',
  'warn',
] as const;
type Name = (typeof NAMES)[number];
export type Palette = Readonly<Record<Name, string>> & { readonly heat: Uint32Array; readonly dark: boolean };

/** As the page has them now. */
export function paletteOfPage(): Palette {
  const style = getComputedStyle(document.documentElement);
  const named = Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  const dark = document.documentElement.dataset.theme !== 'light';
  return { ...(named as Record<Name, string>), heat: heatOf(dark ? DARK : LIGHT), dark };
}

/** Stops of red, green and blue: luminance rises (or falls, on light paper) all the way, for every kind of colour vision. */
const DARK = [
  [13, 17, 23],
  [16, 34, 64],
  [18, 78, 120],
  [44, 140, 140],
  [150, 190, 90],
  [248, 216, 76],
  [255, 252, 220],
] as const;
const LIGHT = [
  [245, 247, 249],
  [214, 228, 240],
  [158, 198, 224],
  [98, 150, 196],
  [66, 96, 160],
  [62, 44, 116],
  [40, 8, 60],
] as const;

const STEPS = 256;

/** 256 colours as a pixel of an image has them, the first for nothing. */
function heatOf(stops: readonly (readonly [number, number, number])[]): Uint32Array {
  const colours = new Uint32Array(STEPS);
  for (let step = 0; step < STEPS; step++) {
    const at = (step / (STEPS - 1)) * (stops.length - 1);
    const low = Math.min(Math.floor(at), stops.length - 2);
    const [r, g, b] = stops[low].map((from, k) => Math.round(from + (at - low) * (stops[low + 1][k] - from)));
    colours[step] = (255 << 24) | (b << 16) | (g << 8) | r;
  }
  return colours;
}
