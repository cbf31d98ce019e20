import type { ComponentChildren } from 'preact';

/** The head of a column of figures. */
export const NumberHead = ({ children }: { children: ComponentChildren }) => (
  <th scope="col" class="number">
    {children}
  </th>
);
