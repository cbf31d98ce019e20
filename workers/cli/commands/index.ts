/**
 * Every command of the command line, in the order `--help` shows them.
 *
 * A command's file is loaded only when that command is run or asked for help: the SDK of Temporal, DuckDB and the checked
 * settings take some 600 ms to load, and most commands need few of them. What `--help` lists is therefore kept here.
 */
import type { Command } from 'commander';

export interface CommandEntry {
  /** Name, whether there are options, and arguments, as `--help` lists them. */
  usage: string;
  description: string;
  /** Whether its process stays up, and logs. */
  staysUp?: true;
  load: () => { define(command: Command): void };
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    usage: 'start [options]',
    description: 'Run the Temporal server, its UI and the workers; show a demonstration the first time.',
    load: () => require('./start') as typeof import('./start'),
  },
  {
    usage: 'status [options]',
    description: 'Tell how lake, server, workers and backfills are, and what needs doing.',
    load: () => require('./status') as typeof import('./status'),
  },
  {
    usage: 'import [options] <path...>',
    description: 'Take raw DBN files into the lake.',
    load: () => require('./import') as typeof import('./import'),
  },
  {
    usage: 'download [options]',
    description: 'Buy market data from Databento, once their cost is agreed to, into files or the lake.',
    load: () => require('./download') as typeof import('./download'),
  },
  {
    usage: 'raw',
    description: 'List the raw files of the lake, take some out of use, or back.',
    load: () => require('./raw') as typeof import('./raw'),
  },
  {
    usage: 'dbn [options] <file>',
    description: 'Show the records of a DBN file (plain, zstd or legacy DBZ), or count them.',
    load: () => require('./dbn') as typeof import('./dbn'),
  },
  {
    usage: 'book [options] <file...>',
    description: 'Rebuild order books from MBO files and show levels, totals and data quality.',
    load: () => require('./book') as typeof import('./book'),
  },
  {
    usage: 'simulate [options]',
    description: 'Write a simulated market as DBN files: MBO, definitions, statistics and option trades.',
    load: () => require('./simulate') as typeof import('./simulate'),
  },
  {
    usage: 'lsg [options] <source...>',
    description: "Serve files or dates of the lake to clients of Databento's live protocol, until Ctrl-C.",
    staysUp: true,
    load: () => require('./lsg') as typeof import('./lsg'),
  },
  {
    usage: 'feed [options]',
    description: "Send Databento's live records to the event hub mbo_raw, until Ctrl-C.",
    staysUp: true,
    load: () => require('./feed') as typeof import('./feed'),
  },
  {
    usage: 'replay [options] <source...>',
    description: 'Send DBN files or dates of the lake to the event hub mbo_raw as if they came live.',
    staysUp: true,
    load: () => require('./replay') as typeof import('./replay'),
  },
  {
    usage: 'metrics [options]',
    description: 'List the metrics that processes have for Prometheus: name, type, labels, meaning.',
    load: () => require('./metrics') as typeof import('./metrics'),
  },
  {
    usage: 'live [options]',
    description:
      'Follow a contract from the hub mbo_raw: its day grows in the lake, its touches are answered.',
    staysUp: true,
    load: () => require('./live') as typeof import('./live'),
  },
  {
    usage: 'session',
    description: 'Follow the market session of a date through Temporal, then build it and compare every row.',
    load: () => require('./session') as typeof import('./session'),
  },
  {
    usage: 'backfill [options]',
    description: 'Build a range of trade dates through Temporal, and show how it goes.',
    load: () => require('./backfill') as typeof import('./backfill'),
  },
  {
    usage: 'build [options]',
    description: 'Build one trade date in this process, without Temporal.',
    load: () => require('./build') as typeof import('./build'),
  },
  {
    usage: 'partitions [options]',
    description:
      'Print how each partition is, layer by layer: published, stale, warned, failed, blocked or no_data.',
    load: () => require('./partitions') as typeof import('./partitions'),
  },
  {
    usage: 'outcomes [options]',
    description: 'Print how the episodes at each kind of level ended, with sample sizes and intervals.',
    load: () => require('./outcomes') as typeof import('./outcomes'),
  },
  {
    usage: 'episodes',
    description: 'List episodes, or show everything known of one.',
    load: () => require('./episodes') as typeof import('./episodes'),
  },
  {
    usage: 'study [options]',
    description: 'Study levels on minute bars of a file: what can be told of outcomes, and what cannot.',
    load: () => require('./study') as typeof import('./study'),
  },
  {
    usage: 'precedents [options] [episode]',
    description: 'Show how the most similar earlier approaches ended, or say that this tells nothing.',
    load: () => require('./precedents') as typeof import('./precedents'),
  },
  {
    usage: 'index',
    description: 'Show what precedents are found with, build it, or roll it back to an earlier version.',
    load: () => require('./precedentIndex') as typeof import('./precedentIndex'),
  },
  {
    usage: 'tables [options] [table]',
    description:
      'List the tables; with a name, print the data contract: every column, its type, unit and meaning.',
    load: () => require('./tables') as typeof import('./tables'),
  },
  {
    usage: 'catalog',
    description: 'Register the tables in Unity Catalog, or tell what of them is there.',
    load: () => require('./catalog') as typeof import('./catalog'),
  },
  {
    usage: 'query [options] <sql>',
    description: "Run SQL (DuckDB's) over the lake's tables.",
    load: () => require('./query') as typeof import('./query'),
  },
  {
    usage: 'sql [options]',
    description: 'Ask for SQL and run it on the lake, statement after statement; or run a file of it.',
    load: () => require('./sql') as typeof import('./sql'),
  },
  {
    usage: 'export [options] <table>',
    description: 'Write a table of the lake to a Parquet, CSV, NDJSON or Arrow file.',
    load: () => require('./export') as typeof import('./export'),
  },
  {
    usage: 'dead-letters',
    description: 'List the records that could not be used, or put back those that now can.',
    load: () => require('./deadLetters') as typeof import('./deadLetters'),
  },
  {
    usage: 'quality [options] <date>',
    description: 'Report on the quality of the data of a date.',
    load: () => require('./quality') as typeof import('./quality'),
  },
  {
    usage: 'verify',
    description:
      'Prove that features and outcomes are honest: no future in them, the same live and in batch.',
    load: () => require('./verify') as typeof import('./verify'),
  },
  {
    usage: 'features [options] [name]',
    description: 'Explain the vector of an episode: its 144 dimensions, and the channels of its sequence.',
    load: () => require('./features') as typeof import('./features'),
  },
  {
    usage: 'train [options]',
    description: 'Train models through Temporal, judge them, and promote what passes the gate.',
    load: () => require('./train') as typeof import('./train'),
  },
  {
    usage: 'models',
    description: 'Trained models: how they were judged, which is champion, their cards.',
    load: () => require('./models') as typeof import('./models'),
  },
  {
    usage: 'score-server [options]',
    description: 'Serve forecasts of the champion over HTTP, until Ctrl-C; base rates where there is none.',
    staysUp: true,
    load: () => require('./scoreServer') as typeof import('./scoreServer'),
  },
  {
    usage: 'gateway [options]',
    description: 'Serve the application, and questions about the lake over HTTP, until Ctrl-C.',
    staysUp: true,
    load: () => require('./gateway') as typeof import('./gateway'),
  },
  {
    usage: 'graph [options]',
    description: 'Show the datasets: what each is computed from, by which operator, in which code version.',
    load: () => require('./graph') as typeof import('./graph'),
  },
  {
    usage: 'lineage [options] <table> <key>',
    description: 'Show what a partition was computed from, down to the raw files.',
    load: () => require('./lineage') as typeof import('./lineage'),
  },
  {
    usage: 'setup [options]',
    description: 'Prepare the namespace of Temporal: search attributes, schedules. Part of each deploy.',
    load: () => require('./setup') as typeof import('./setup'),
  },
  {
    usage: 'schedules',
    description: 'Schedules: what is started by itself, and when.',
    load: () => require('./schedules') as typeof import('./schedules'),
  },
  {
    usage: 'worker [options]',
    description: 'Run a worker until Ctrl-C; what it was doing is then done again by the next one.',
    staysUp: true,
    load: () => require('./worker') as typeof import('./worker'),
  },
  {
    usage: 'storage [options]',
    description: "Run Azure's storage on this machine, for a lake there without an account, until Ctrl-C.",
    load: () => require('./storage') as typeof import('./storage'),
  },
  {
    usage: 'versions',
    description: 'Builds of the workers: which takes what is new, and which only finishes.',
    load: () => require('./versions') as typeof import('./versions'),
  },
  {
    usage: 'server [options]',
    description:
      'Run the Temporal development server with its UI, and Event Hubs, until Ctrl-C. (`npm start` includes it.)',
    staysUp: true,
    load: () => require('./server') as typeof import('./server'),
  },
  {
    usage: 'temporal [args...]',
    description: 'Run the `temporal` command line on this server: `./spymaster temporal workflow list`.',
    load: () => require('./temporal') as typeof import('./temporal'),
  },
  {
    usage: 'codec-server [options]',
    description: 'Decrypt what workflows say for the Temporal UI and command line, until Ctrl-C.',
    staysUp: true,
    load: () => require('./codecServer') as typeof import('./codecServer'),
  },
  {
    usage: 'config [options]',
    description: 'Print the configuration in use: spymaster.config.yaml, temporal.yaml and the environment.',
    load: () => require('./config') as typeof import('./config'),
  },
  {
    usage: 'completion <shell>',
    description: 'Print a script that completes commands, options and values in bash, zsh or fish.',
    load: () => require('./completion') as typeof import('./completion'),
  },
];
