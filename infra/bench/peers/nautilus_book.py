"""Order book deltas per second that NautilusTrader's L3 book takes from a DBN file of MBO records.

usage: nautilus_book.py FILE INSTRUMENT_ID   (.dbn or .dbn.zst; e.g. ESH4.GLBX); prints one JSON object

Every record of the file but trades is a delta. All deltas go to the book in one call (its compiled loop, the faster way)
and one call each; the best of several passes over a new book counts, loading and decoding left out.
"""

import json
import sys
import time
from pathlib import Path

from nautilus_trader.adapters.databento.loaders import DatabentoDataLoader
from nautilus_trader.model.book import OrderBook
from nautilus_trader.model.data import OrderBookDelta, OrderBookDeltas
from nautilus_trader.model.enums import BookType
from nautilus_trader.model.identifiers import InstrumentId

PASSES = 15

path, name = Path(sys.argv[1]), sys.argv[2]
instrument = InstrumentId.from_str(name)
data = DatabentoDataLoader().from_dbn_file(path, instrument_id=instrument, as_legacy_cython=True)
deltas = [delta for delta in data if isinstance(delta, OrderBookDelta)]
together = OrderBookDeltas(instrument, deltas)


def in_one_call(book):
    book.apply_deltas(together)


def one_call_each(book):
    for delta in deltas:
        book.apply_delta(delta)


def fastest(apply):
    best, book = 0.0, None
    for _ in range(PASSES):
        book = OrderBook(instrument, BookType.L3_MBO)
        started = time.perf_counter()
        apply(book)
        best = max(best, len(deltas) / (time.perf_counter() - started))
    return best, book


one_call, book = fastest(in_one_call)
each, _ = fastest(one_call_each)
print(
    json.dumps(
        {
            "deltas_per_second": one_call,
            "deltas_per_second_one_call_each": each,
            "deltas": len(deltas),
            "best_bid": float(book.best_bid_price()),
            "best_ask": float(book.best_ask_price()),
        }
    )
)
