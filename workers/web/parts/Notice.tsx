import type { ComponentChildren } from 'preact';

/** What stands in the place of figures where there are none: what it is, and what can be done. */
export function Notice(props: { title: string; bad?: boolean; children?: ComponentChildren }) {
  return (
    <div class={props.bad ? 'notice bad' : 'notice'} role={props.bad ? 'alert' : undefined}>
      <h2>{props.title}</h2>
      {props.children}
    </div>
  );
}
