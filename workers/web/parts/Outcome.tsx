import { CLASSES, type OutcomeClass } from '../../../graph/models/scores';

/** Told apart by form, word and colour. */
const GLYPHS: Record<OutcomeClass, string> = { BREAK: '▲', REJECT: '▼', CHOP: '■' };

/** @param of null: the data ended before it was known */
export function Outcome({ of }: { of: OutcomeClass | null | undefined }) {
  if (!of) return <span class="muted">open</span>;
  return (
    <span class="outcome">
      <span class={`glyph ${of.toLowerCase()}`} aria-hidden="true">
        {GLYPHS[of]}
      </span>
      {of}
    </span>
  );
}

/** Class of the style sheet that colours what is drawn of an outcome. */
export const drawnAs = (outcome: OutcomeClass | null | undefined): string =>
  outcome ? outcome.toLowerCase() : 'open';

export { CLASSES, type OutcomeClass };
