/** Values as the tables of the page show them. */
import { easternClock } from '../../graph/market/easternTime';
import { count } from './facts';
import { escape, paragraph, type Cell } from './html';

/** Silences, spells and snapshots listed at most; the rest are counted. */
export const LISTED = 50;

export const NOT_PUBLISHED = paragraph(
  'bronze.mbo of this date is not published: there are no records to look at.',
);

/** Emphasised text. @param style CSS class */
export const mark = (text: string, style: string): Cell => ({
  html: `<strong class="${style}">${escape(text)}</strong>`,
});

/** A time in New York to the second; what stands around it says ET. */
export const time = (ns: bigint | null) => (ns === null ? '-' : easternClock(ns));

/** With so many decimals in every row, so that a column can be compared at a glance. */
export const fixed = (value: number, decimals: number): Cell => ({ figure: value.toFixed(decimals) });

/** One decimal. */
export const round = (value: number) => Math.round(value * 10) / 10;

/** What a caption adds where a list is cut off. */
export const listed = ({ length }: readonly unknown[]) =>
  length > LISTED ? ` (the first ${LISTED} of ${count(length)})` : '';
