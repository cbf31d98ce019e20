/** Cancels due, earliest first: a binary heap in three columns. The caller skips entries whose order is gone by then. */
export class CancelQueue {
  private times = new Float64Array(1 << 12);
  private slots = new Int32Array(1 << 12);
  private ids = new Uint32Array(1 << 12);
  private length = 0;

  /** When the next cancel is due; Infinity if none is. */
  get next(): number {
    return this.length === 0 ? Infinity : this.times[0];
  }

  /** Slot and id of the order whose cancel is due next. */
  get slot(): number {
    return this.slots[0];
  }
  get id(): number {
    return this.ids[0];
  }

  push(time: number, slot: number, id: number): void {
    if (this.length === this.times.length) this.grow();
    const { times } = this;
    let at = this.length++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (times[parent] <= time) break;
      this.move(parent, at);
      at = parent;
    }
    this.set(at, time, slot, id);
  }

  /** Drops the next entry. */
  pop(): void {
    const last = --this.length;
    const time = this.times[last];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      if (child + 1 < last && this.times[child + 1] < this.times[child]) child++;
      if (this.times[child] >= time) break;
      this.move(child, at);
      at = child;
    }
    this.set(at, time, this.slots[last], this.ids[last]);
  }

  clear(): void {
    this.length = 0;
  }

  private move(from: number, to: number): void {
    this.times[to] = this.times[from];
    this.slots[to] = this.slots[from];
    this.ids[to] = this.ids[from];
  }

  private set(at: number, time: number, slot: number, id: number): void {
    this.times[at] = time;
    this.slots[at] = slot;
    this.ids[at] = id;
  }

  private grow(): void {
    const capacity = 2 * this.times.length;
    const { times, slots, ids } = this;
    this.times = new Float64Array(capacity);
    this.slots = new Int32Array(capacity);
    this.ids = new Uint32Array(capacity);
    this.times.set(times);
    this.slots.set(slots);
    this.ids.set(ids);
  }
}
