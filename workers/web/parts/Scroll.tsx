import type { ComponentChildren } from 'preact';

/** What is too wide or too long for its place: it is scrolled by keys too. @param label of what is in it */
export const Scroll = ({ label, children }: { label: string; children: ComponentChildren }) => (
  // The browser scrolls what has the focus.
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
  <div class="scroll" role="group" aria-label={label} tabIndex={0}>
    {children}
  </div>
);
