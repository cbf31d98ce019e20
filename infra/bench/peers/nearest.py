"""Nearest of a file of float32 vectors: FAISS's exact index and hnswlib, of all rows and of the last few; one thread.
Arguments: file, rows, few, dimensions, k."""
import json
import sys
import time

import faiss
import hnswlib
import numpy as np

file = sys.argv[1]
rows, few, width, k = map(int, sys.argv[2:6])
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


def flat_of(base):
    faiss.omp_set_num_threads(1)
    flat = faiss.IndexFlatL2(width)
    flat.add(base)
    return timed(lambda query: flat.search(query[None, :], k)[1][0].tolist())


def hnsw_of(base):
    hnsw = hnswlib.Index(space="l2", dim=width)
    hnsw.init_index(max_elements=len(base), M=16, ef_construction=200, random_seed=1)
    hnsw.set_num_threads(1)
    started = time.perf_counter()
    hnsw.add_items(base)
    seconds = time.perf_counter() - started
    hnsw.set_ef(100)
    return seconds, *timed(lambda query: hnsw.knn_query(query, k=k)[0][0].tolist())


exact, flat_p50, flat_p99 = flat_of(base)
build_s, near, hnsw_p50, hnsw_p99 = hnsw_of(base)
recall = sum(len(a & b) for a, b in zip(exact, near)) / (k * len(exact))
_, flat_few_p50, _ = flat_of(base[-few:])
_, _, hnsw_few_p50, _ = hnsw_of(base[-few:])

print(
    json.dumps(
        {
            "flat_p50": flat_p50,
            "flat_p99": flat_p99,
            "flat_few_p50": flat_few_p50,
            "hnsw_p50": hnsw_p50,
            "hnsw_p99": hnsw_p99,
            "hnsw_few_p50": hnsw_few_p50,
            "hnsw_build_s": build_s,
            "hnsw_recall": recall,
        }
    )
)
