/** The nearest few of many, in a heap whose root is the farthest of them. Equal distances are ordered by row, so that ties fall one way. */
/** Rows, and how far away each is. */
export interface Ordered {
  readonly rows: Int32Array;
  readonly distances: Float32Array;
}

export class Nearest {
  private readonly distances: Float32Array;
  private readonly rows: Int32Array;
  private size = 0;
  private ordered: Ordered | undefined;

  constructor(readonly capacity: number) {
    this.distances = new Float32Array(capacity);
    this.rows = new Int32Array(capacity);
  }

  /** What a further row must not exceed. */
  get bound(): number {
    return this.size < this.capacity ? Infinity : this.distances[0];
  }

  offer(distance: number, row: number): void {
    if (this.size < this.capacity) this.rise(this.size++, distance, row);
    else if (before(distance, row, this.distances[0], this.rows[0])) this.sink(distance, row);
  }

  /** What was found, nearest first. It lies in the heap's memory: nothing can be offered any more. */
  inOrder(): Ordered {
    return (this.ordered ??= this.sorted());
  }

  /** Takes the farthest from the root again and again, and puts it behind what is left. */
  private sorted(): Ordered {
    const { distances, rows, size } = this;
    while (this.size > 1) {
      const last = --this.size;
      const distance = distances[0];
      const row = rows[0];
      this.sink(distances[last], rows[last]);
      distances[last] = distance;
      rows[last] = row;
    }
    return { rows: rows.subarray(0, size), distances: distances.subarray(0, size) };
  }

  private rise(at: number, distance: number, row: number): void {
    const { distances, rows } = this;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (before(distance, row, distances[parent], rows[parent])) break;
      distances[at] = distances[parent];
      rows[at] = rows[parent];
      at = parent;
    }
    distances[at] = distance;
    rows[at] = row;
  }

  /** Puts a row in the place of the root. */
  private sink(distance: number, row: number): void {
    const { distances, rows, size } = this;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      const right = child + 1;
      if (right < size && before(distances[child], rows[child], distances[right], rows[right])) child = right;
      if (before(distances[child], rows[child], distance, row)) break;
      distances[at] = distances[child];
      rows[at] = rows[child];
      at = child;
    }
    distances[at] = distance;
    rows[at] = row;
  }
}

const before = (distance: number, row: number, other: number, otherRow: number): boolean =>
  distance < other || (distance === other && row < otherRow);
