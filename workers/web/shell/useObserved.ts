import { useEffect, useState } from 'preact/hooks';
import type { Observable } from './observable';

/** The present value; whoever shows it is drawn anew when it changes. */
export function useObserved<Value>(observed: Observable<Value>): Value {
  const [value, setValue] = useState(observed.get());
  useEffect(() => {
    setValue(() => observed.get());
    return observed.subscribe((next) => setValue(() => next));
  }, [observed]);
  return value;
}
