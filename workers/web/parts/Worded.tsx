/** A message in which what is to be typed stands between backticks. */
export const Worded = ({ text }: { text: string }) => (
  <>{text.split('`').map((part, k) => (k % 2 === 0 ? part : <code key={k}>{part}</code>))}</>
);
