/** What workflows can be searched by; registered from `temporal.yaml`. */
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import type { Partition } from '../graph/datasets/units';

const symbol = defineSearchAttributeKey('SpymasterSymbol', 'KEYWORD');
const contract = defineSearchAttributeKey('SpymasterContract', 'KEYWORD');
const tradeDate = defineSearchAttributeKey('SpymasterTradeDate', 'KEYWORD');
const outcome = defineSearchAttributeKey('SpymasterOutcome', 'KEYWORD');

export const bySymbol = (value: string): SearchAttributePair[] => [{ key: symbol, value }];
export const byOutcome = (value: string): SearchAttributePair[] => [{ key: outcome, value }];
export const bySession = (contractOf: string, date: string): SearchAttributePair[] => [
  { key: contract, value: contractOf },
  { key: tradeDate, value: date },
];
/** The columns of a partition's key that can be searched by. */
export const byPartition = ({ key }: Partition): SearchAttributePair[] =>
  [
    { key: symbol, value: key.product },
    { key: contract, value: key.contract },
    { key: tradeDate, value: key.trade_date },
  ].filter(({ value }) => value !== undefined);
