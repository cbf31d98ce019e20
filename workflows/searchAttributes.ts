/** What workflows can be searched by; registered from `temporal.yaml`. */
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';

const symbol = defineSearchAttributeKey('SpymasterSymbol', 'KEYWORD');
const contract = defineSearchAttributeKey('SpymasterContract', 'KEYWORD');
const tradeDate = defineSearchAttributeKey('SpymasterTradeDate', 'KEYWORD');
const outcome = defineSearchAttributeKey('SpymasterOutcome', 'KEYWORD');

export const bySymbol = (value: string): SearchAttributePair[] => [{ key: symbol, value }];
export const byOutcome = (value: string): SearchAttributePair[] => [{ key: outcome, value }];
export const byPartition = (partition: { contract: string; tradeDate: string }): SearchAttributePair[] => [
  { key: contract, value: partition.contract },
  { key: tradeDate, value: partition.tradeDate },
];
