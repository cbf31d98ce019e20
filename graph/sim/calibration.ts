/**
 * What the simulated order flow is drawn from: figures measured on ES, evening session of 2023-12-25 (23:00-24:00 UTC), one
 * quiet hour of every message. Times in ns, distances in ticks, sizes in lots.
 */
import { Quantiles, Weighted } from '../random/distributions';

const US = 1e3;
const MS = 1e6;
const SECOND = 1e9;

/** Book events a second in the measured hour: the pace at which the figures below hold unscaled. */
export const MEASURED_EVENTS_PER_SECOND = 13.3;

/** Time between two events: half of them follow within 0.1 ms, as algorithms react to each other. */
export const EVENT_GAP = new Quantiles([
  [0, 150],
  [0.01, 178],
  [0.05, 818],
  [0.1, 2 * US],
  [0.25, 16 * US],
  [0.5, 123 * US],
  [0.75, 5 * MS],
  [0.9, 177 * MS],
  [0.95, 485 * MS],
  [0.99, 1.51 * SECOND],
  [0.999, 3.5 * SECOND],
  [1, 9.3 * SECOND],
]);

/** Time until an order is cancelled, if it is not filled before. */
export const LIFETIME = new Quantiles([
  [0, 6 * US],
  [0.01, 150 * US],
  [0.05, 300 * US],
  [0.1, 0.5 * MS],
  [0.25, 420 * MS],
  [0.5, 4.8 * SECOND],
  [0.75, 32 * SECOND],
  [0.88, 170 * SECOND],
  [0.95, 900 * SECOND],
  [1, 7200 * SECOND],
]);

/** Value of `ADD_DISTANCE` for whatever is farther. */
export const FAR = 60;
/** Where a new order lands: ticks behind the best price of its side (0: at it). */
export const ADD_DISTANCE = new Weighted([
  [0, 11024],
  [1, 1187],
  [2, 443],
  [3, 289],
  ...[4, 5, 6, 7, 8, 9].map((ticks) => [ticks, 120] as const),
  [10, 643],
  ...[11, 12, 13, 14, 15, 16, 17, 18, 19].map((ticks) => [ticks, 128] as const),
  ...[20, 21, 22, 23, 24, 25, 26, 27, 28].map((ticks) => [ticks, 90] as const),
  [29, 218],
  ...[30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40].map((ticks) => [ticks, 34] as const),
  ...[41, 43, 45, 47, 49, 51, 53, 55, 57, 59].map((ticks) => [ticks, 30] as const),
  [FAR, 1778],
]);

/** Distance of the orders beyond `FAR`. */
export const FAR_DISTANCE = new Quantiles([
  [0, 60],
  [0.5, 160],
  [0.9, 420],
  [1, 1500],
]);

/** Size of a new order; the 12 lots of parked ones (below) aside. */
export const ADD_SIZE = new Weighted([
  [1, 14852],
  [2, 1737],
  [3, 1079],
  [4, 673],
  [5, 182],
  [6, 149],
  [7, 89],
  [8, 70],
  [9, 61],
  [10, 82],
  [11, 40],
  [13, 104],
  [14, 15],
  [16, 44],
  [17, 38],
  [20, 26],
  [25, 20],
  [30, 20],
  [45, 10],
  [75, 4],
]);

/** Size of an order of those that stay overnight. */
export const RESTING_SIZE = new Weighted([
  [1, 2573],
  [2, 2062],
  [3, 1302],
  [4, 214],
  [5, 698],
  [6, 265],
  [7, 135],
  [8, 133],
  [9, 127],
  [10, 161],
  [11, 128],
  [12, 363],
  [13, 252],
  [14, 70],
  [15, 141],
  [16, 29],
  [20, 23],
  [25, 8],
  [40, 8],
  [50, 9],
  [54, 4],
]);

/** Distance of the orders that stay overnight from the best price. */
export const RESTING_DISTANCE = new Quantiles([
  [0, 1],
  [0.01, 8],
  [0.05, 20],
  [0.1, 32],
  [0.2, 57],
  [0.3, 88],
  [0.5, 158],
  [0.7, 242],
  [0.8, 292],
  [0.9, 409],
  [0.95, 760],
  [0.99, 2450],
  [1, 6000],
]);

/** Size of a marketable order. */
export const AGGRESSOR_SIZE = new Weighted([
  [1, 1726],
  [2, 449],
  [3, 164],
  [4, 132],
  [5, 83],
  [6, 40],
  [7, 29],
  [8, 40],
  [9, 17],
  [10, 35],
  [12, 37],
  [14, 24],
  [18, 27],
  [20, 30],
  [25, 17],
  [34, 10],
  [50, 8],
  [80, 4],
]);

/** Distance from the best price of an order whose price is changed by a tick or so. */
export const REPRICED_FROM = new Weighted([
  [0, 1397],
  [1, 1629],
  [2, 1037],
  [3, 1086],
  [4, 797],
  [5, 404],
  [6, 131],
  [8, 72],
  [10, 69],
  [13, 91],
  [17, 97],
  [20, 60],
]);
/** Ticks by which it is changed. */
export const REPRICED_BY = new Weighted([
  [1, 4604],
  [2, 249],
  [3, 121],
  [4, 69],
  [6, 50],
  [10, 60],
  [14, 60],
]);

/**
 * Half of all price changes are of another kind: an order parked 100 points away, 12 lots of it, is brought to the market with
 * a few lots, and taken back. `PARKED_SHARE` of new orders are such.
 */
export const PARKED_SHARE = 0.024;
export const PARKED_DISTANCE = 400;
export const PARKED_SIZE = 12;
export const UNPARKED_TO = new Weighted([
  [0, 30],
  [1, 300],
  [2, 260],
  [3, 150],
  [4, 80],
  [5, 50],
]);

/** Steps of the exchange's order ids: other products use them too. */
export const ID_STEP = new Weighted([
  [1, 88],
  [2, 6.5],
  [3, 3],
  [4, 1.3],
  [5, 0.7],
  [7, 0.3],
  [9, 0.2],
]);
/** Steps of the channel's packet sequence. */
export const SEQUENCE_STEP = new Weighted([
  [1, 93],
  [2, 3],
  [3, 2],
  [4, 1.2],
  [6, 0.5],
  [9, 0.3],
]);

/** From the matching engine to the capture, for a message alone and for a match, which the engine works on longer. */
export const CAPTURE_DELAY = new Quantiles([
  [0, 79 * US],
  [0.1, 90 * US],
  [0.25, 95 * US],
  [0.5, 99 * US],
  [0.75, 112 * US],
  [0.9, 180 * US],
  [0.99, 900 * US],
  [1, 3.2 * MS],
]);
export const MATCH_DELAY = new Quantiles([
  [0, 150 * US],
  [0.25, 220 * US],
  [0.5, 320 * US],
  [0.75, 450 * US],
  [0.9, 750 * US],
  [0.99, 1.9 * MS],
  [1, 6.3 * MS],
]);
/** From the engine's send to the capture. */
export const SEND_DELAY = new Quantiles([
  [0, 11_773],
  [0.01, 12_748],
  [0.1, 13_379],
  [0.25, 14_014],
  [0.5, 15_303],
  [0.75, 15_914],
  [0.9, 16_898],
  [0.99, 21_717],
  [0.999, 31_120],
  [1, 82_969],
]);
/** Between two packets of one event. */
export const PACKET_GAP = new Quantiles([
  [0, 6 * US],
  [0.5, 9.5 * US],
  [0.9, 15 * US],
  [0.99, 100 * US],
  [1, 150 * US],
]);
