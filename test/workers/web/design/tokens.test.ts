/** Colours can be told apart, and read: contrast as WCAG 2.2 defines it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../../../infra/root';

const CSS = readFileSync(join(PROJECT_ROOT, 'workers', 'web', 'design', 'tokens.css'), 'utf8');
const [dark, light] = [/:root \{([^}]*)\}/, /data-theme='light'\] \{([^}]*)\}/].map((block) =>
  Object.fromEntries(
    [...block.exec(CSS)![1].matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, colour]) => [
      name,
      colour,
    ]),
  ),
);

/** Relative luminance. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe.each([
  { name: 'dark', tokens: dark },
  { name: 'light', tokens: light },
])('$name', ({ tokens }) => {
  test('words can be read on everything that is behind them', () => {
    for (const words of ['text', 'muted', 'accent', 'bad', 'good', 'warn'])
      for (const behind of ['paper', 'panel'])
        expect({ words, behind, enough: contrast(tokens[words], tokens[behind]) >= 4.5 }).toEqual({
          words,
          behind,
          enough: true,
        });
    expect(contrast(tokens.text, tokens.raised)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(tokens['on-accent'], tokens.accent)).toBeGreaterThanOrEqual(4.5);
  });

  test('outcomes differ in luminance, and the focus is seen', () => {
    const { break: through, reject, chop, focus, panel } = tokens;
    for (const [a, b] of [
      [through, reject],
      [reject, chop],
      [through, chop],
    ])
      expect(contrast(a, b)).toBeGreaterThanOrEqual(1.5);
    expect(contrast(focus, panel)).toBeGreaterThanOrEqual(3);
  });
});
