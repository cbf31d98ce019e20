/** The context of building one layer of one partition. */
import type { Upstream } from '../../graph/catalog/dataset';
import type { Computation, DatasetGraph } from '../../graph/catalog/datasetGraph';
import type { Layer } from '../../graph/datasets/layers';
import type { TableBatch } from '../../graph/datasets/schema';
import type { Partition } from '../../graph/datasets/units';
import type { FeatureSettings } from '../../graph/settings';
import type { Lake } from '../../lake/lake';
import type { CapturedStream } from '../publishing/captured';
import type { Publication } from '../publishing/publication';
import type { StageContext } from './stage';

export interface Build {
  layer: Layer;
  partition: Partition;
  /** What the layer consists of, in the order in which it can be computed. */
  computations: readonly Computation[];
  context: StageContext;
  lake: Lake;
  features: FeatureSettings;
  graph: DatasetGraph;
  publication: Publication;
  /** Partitions read lately, by dataset and key: the dates of a span read nearly the same ones. */
  recent: Map<string, TableBatch[]>;
  /** What a live worker has captured the Bronze of the contract-date from; undefined where it is built from raw files. */
  captured: CapturedStream | undefined;
  /** The partitions of an upstream dataset that this one is computed from. */
  partitionsOf: (upstream: Upstream) => Partition[];
  /** Names the code and settings that a published partition was built by, with all layers below. */
  madeOf: (partition: Partition) => string;
}
