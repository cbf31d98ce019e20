/** `spymaster study`: what a series of minute bars tells about levels, and what it does not. */
import type { Command } from 'commander';
import { studyMinuteFile } from '../../../activities/reports/minuteStudy';
import { LEAST_DIRECTION_SESSIONS } from '../../../graph/models/gate';
import { configureEngine } from '../../../lake/parquet/engine';
import { loadConfig } from '../../config';
import { wholeNumber } from '../arguments';
import { printMinuteStudy } from '../summaries/minuteStudy';
import { printJson } from '../terminal/output';
import { withStageProgress } from '../terminal/stageProgress';

interface Options {
  minutes: string;
  symbol: string;
  seed: number;
  json?: boolean;
}

const HELP = `
The file is Parquet or CSV: columns open, high, low and close in points, and one of times, the start of each minute in UTC. Levels,
touches and outcomes are those of the configuration. In which order a minute saw its high and low is unknown, and none is assumed:
touches are at the edge of the band, only the close decides in the minute of the touch, and a minute that reaches both barriers decides
nothing.
Forecasts are judged walk-forward: fitted to earlier sessions, one left out in between, judged on the next. Gains are thousandths of a
nat an episode with 90 % intervals by drawing sessions: of the log loss below that of base rates; of the part of it that is about CHOP;
of the direction of decided episodes below what the distance of the touch alone implies (the martingale value), and below what a walk
implies that has to be decided within the horizon. A direction edge is claimed where both of these are above 0 on ${LEAST_DIRECTION_SESSIONS} judged sessions.`;

export function define(command: Command): void {
  command
    .requiredOption('--minutes <file>', 'minute bars of one product')
    .option('--symbol <root>', 'product', 'ES')
    .option('--seed <n>', 'other draws of sessions', wholeNumber, 1)
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(study);
}

async function study({ minutes, symbol, seed, json }: Options): Promise<void> {
  const { features, duckdb } = loadConfig();
  configureEngine(duckdb);
  const found = await withStageProgress('', (context) =>
    studyMinuteFile(features, { file: minutes, symbol, seed }, context),
  );
  if (json) printJson(found);
  else printMinuteStudy(found);
}
