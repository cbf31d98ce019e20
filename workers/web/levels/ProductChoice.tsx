import type { Settings } from './levelChoice';

/** Chooses one of the products. */
export const ProductChoice = (props: {
  of: Settings['products'];
  root: string;
  onChange: (root: string) => void;
}) => (
  <label>
    Product
    <select value={props.root} onChange={({ currentTarget: { value } }) => props.onChange(value)}>
      {props.of.map(({ root }) => (
        <option key={root} value={root}>
          {root}
        </option>
      ))}
    </select>
  </label>
);
