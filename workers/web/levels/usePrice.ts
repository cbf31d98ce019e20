import { useState } from 'preact/hooks';
import { readPrice, withPrice } from './levelChoice';
import type { Levels } from './useLevels';

/** A price of one's own that is being written, and is added when its form is sent. @param root of its product; undefined before it is known */
export function usePrice(root: string | undefined, levels: Levels) {
  const [text, setText] = useState('');
  const price = readPrice(text);
  const add = async () => {
    if (price === undefined || root === undefined) return;
    if (await levels.choose((now) => withPrice(now, root, price))) setText('');
  };
  const onSubmit = (event: Event) => {
    event.preventDefault();
    void add();
  };
  return { text, setText, price, onSubmit };
}
