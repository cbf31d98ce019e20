import { useObserved } from '../shell/useObserved';
import { chooseLots, drawnLots, type DrawnLots } from './drawnLots';

/** A number of lots that may be left open. @param otherwise what holds then */
export function LotsChoice(props: { label: string; of: keyof DrawnLots; otherwise: number | undefined }) {
  const { label, of, otherwise } = props;
  return (
    <label>
      {label}{' '}
      <input
        type="number"
        min={1}
        max={100_000}
        placeholder={otherwise ? String(otherwise) : ''}
        value={useObserved(drawnLots)[of] ?? ''}
        onChange={({ currentTarget: { value } }) => chooseLots(of, value)}
      />{' '}
      lots
    </label>
  );
}
