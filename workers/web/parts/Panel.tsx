import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** A part of a view, under its heading. @param note beside the heading: what is in it, of when, how many */
export function Panel(props: {
  title: string;
  note?: ComponentChildren;
  wide?: boolean;
  children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class={props.wide ? 'panel wide' : 'panel'} aria-labelledby={id}>
      <header>
        <h2 id={id}>{props.title}</h2>
        {props.note !== undefined && <span class="muted">{props.note}</span>}
      </header>
      <div class="body">{props.children}</div>
    </section>
  );
}
