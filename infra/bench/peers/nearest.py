"""Nearest of a file of float32 vectors: FAISS's exact index and hnswlib, one thread. Arguments: file, rows, dimensions, k."""
import json
import sys
import time

import faiss
import hnswlib
import numpy as np

file, rows, width, k = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
vectors = np.fromfile(file, dtype=np.float32).reshape(-1, width)
base, queries = vectors[:rows], vectors[rows:]


def timed(search):
    for query in queries[:50]:
        search(query)
    found, times = [], []
    for query in queries:
        started = time.perf_counter()
        labels = search(query)
        times.append(1000 * (time.perf_counter() - started))
        found.append(set(labels))
    return found, float(np.quantile(times, 0.5)), float(np.quantile(times, 0.99))


faiss.omp_set_num_threads(1)
flat = faiss.IndexFlatL2(width)
flat.add(base)
exact, flat_p50, flat_p99 = timed(lambda query: flat.search(query[None, :], k)[1][0].tolist())

hnsw = hnswlib.Index(space="l2", dim=width)
hnsw.init_index(max_elements=rows, M=16, ef_construction=200, random_seed=1)
hnsw.set_num_threads(1)
hnsw.add_items(base)
hnsw.set_ef(100)
near, hnsw_p50, hnsw_p99 = timed(lambda query: hnsw.knn_query(query, k=k)[0][0].tolist())
recall = sum(len(a & b) for a, b in zip(exact, near)) / (k * len(exact))

print(
    json.dumps(
        {
            "flat_p50": flat_p50,
            "flat_p99": flat_p99,
            "hnsw_p50": hnsw_p50,
            "hnsw_p99": hnsw_p99,
            "hnsw_recall": recall,
        }
    )
)
