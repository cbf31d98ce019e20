/**
 * Programs of others that read Delta tables or Parquet files. Each reads tables and writes their rows into Parquet files
 * of its own, which are then compared with the tables.
 */
import { spawnSync } from 'node:child_process';
import { describeWith, pythonWith } from './pythonVenv';

/** A table to read. */
export interface ReadRequest {
  /** Folder of the Delta table. */
  table: string;
  /** Its Parquet files, for readers that know no Delta. */
  files: string[];
  /** The file to write the rows into. */
  out: string;
}

const FILE_READERS = pythonWith(
  'venv-readers',
  ['deltalake==1.6.6', 'pyarrow==26.0.1', 'polars==2.1.0', 'duckdb==2.0.0'],
  ['deltalake', 'pyarrow', 'polars', 'duckdb'],
);

/** `describe` beside deltalake, pyarrow, polars and DuckDB's Python package; without Python, says so loudly and skips. */
export const describeWithReaders = describeWith(
  FILE_READERS,
  'no Python with pip for other readers of tables',
);

const hasJava = () => spawnSync('java', ['-version'], { stdio: 'ignore' }).status === 0;

/** The oldest Spark still in use: its vectorized reader knows the fewest encodings. */
const SPARK = hasJava()
  ? pythonWith('venv-spark', ['pyspark==3.5.9', 'delta-spark==3.3.3'], ['pyspark', 'delta'])
  : undefined;

/** `describe` beside Spark; without Java and Python, says so loudly and skips. */
export const describeWithSpark = describeWith(SPARK, 'no Java, or no Python with pip, for Spark');

const READ_WITH: Record<string, string> = {
  deltalake: `
from deltalake import DeltaTable
import pyarrow.parquet as pq
def copy(table, files, out):
    pq.write_table(DeltaTable(table).to_pyarrow_table(), out)`,
  pyarrow: `
import pyarrow as pa, pyarrow.parquet as pq
def copy(table, files, out):
    pq.write_table(pa.concat_tables([pq.ParquetFile(f).read() for f in files]), out)`,
  polars: `
import polars as pl
def copy(table, files, out):
    pl.read_parquet(files, hive_partitioning=False).write_parquet(out)`,
  duckdb: `
import duckdb
def copy(table, files, out):
    duckdb.read_parquet(files, hive_partitioning=False).write_parquet(out)`,
};

/** Names of what \`copyWith\` knows, but Spark. */
export const FILE_READER_NAMES = Object.keys(READ_WITH);

const EACH = `
import json, os, sys
for request in json.loads(sys.stdin.read()): copy(request["table"], request["files"], request["out"])
sys.stdout.flush()
os._exit(0)`;

/** Has a reader copy tables. */
export const copyWith = (reader: string, requests: readonly ReadRequest[]): void =>
  run(FILE_READERS, READ_WITH[reader] + EACH, requests);

/** Delta's part of Spark is fetched from Maven Central, once a user. */
const COPY_WITH_SPARK = `
import shutil, glob
from pyspark.sql import SparkSession
from delta import configure_spark_with_delta_pip
builder = (SparkSession.builder.master("local[1]")
    .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
    .config("spark.sql.shuffle.partitions", "1").config("spark.databricks.delta.snapshotPartitions", "1")
    .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"))
spark = configure_spark_with_delta_pip(builder).getOrCreate()
spark.sparkContext.setLogLevel("OFF")
def copy(table, files, out):
    frame = spark.read.format("delta").load(table)
    # Only the vectorized reader is of interest: the other one is slow, and what Spark falls back to.
    assert spark.conf.get("spark.sql.parquet.enableVectorizedReader") == "true"
    frame.coalesce(1).write.parquet(out + ".folder")
    shutil.move(glob.glob(out + ".folder/*.parquet")[0], out)`;

export const copyWithSpark = (requests: readonly ReadRequest[]): void =>
  run(SPARK, COPY_WITH_SPARK + EACH, requests);

function run(python: string | undefined, script: string, requests: readonly ReadRequest[]): void {
  const { status, stderr } = spawnSync(python!, ['-c', script], {
    input: JSON.stringify(requests),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(stderr.slice(-4000));
}

const ARROW_TO_PARQUET = `
import sys, pyarrow as pa, pyarrow.parquet as pq
source, form, out = sys.argv[1:]
reader = pa.ipc.open_stream(source) if form == 'stream' else pa.ipc.open_file(source)
table = reader.read_all()
table.validate(full=True)
pq.write_table(table, out)`;

/** Has pyarrow read Arrow IPC, check it, and write its rows into a Parquet file. */
export function arrowToParquet(source: string, form: 'stream' | 'file', out: string): void {
  const { status, stderr } = spawnSync(FILE_READERS!, ['-c', ARROW_TO_PARQUET, source, form, out], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`pyarrow: ${stderr}`);
}
