"""Records per second at which Python's databento client turns a DBN file into a numpy array.

usage: databento_decode.py FILE   (.dbn or .dbn.zst); prints one JSON object
"""

import json
import sys
import time

import databento

path = sys.argv[1]
best = 0.0
for _ in range(3):
    started = time.perf_counter()
    records = databento.DBNStore.from_file(path).to_ndarray()
    best = max(best, len(records) / (time.perf_counter() - started))
print(json.dumps({"records_per_second": best, "records": len(records)}))
