"""Seconds scikit-learn takes to fit a logistic model with a ridge, and to grow a tree of boosting.

usage: sklearn_fit.py FOLDER FEATURES RIDGE ROUNDS; prints one JSON object

The folder holds the rows, `x.f32` (row by row), and their classes, `labels.u8`. `objective` is the mean loss with the penalty at
the weights found.
"""

import json
import sys
import time
from pathlib import Path

import numpy
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

folder, features, ridge, rounds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
x = numpy.fromfile(folder / "x.f32", dtype=numpy.float32).reshape(-1, features)
labels = numpy.fromfile(folder / "labels.u8", dtype=numpy.uint8)
doubles = x.astype(numpy.float64)


def fastest(runs, fit):
    best = float("inf")
    for _ in range(runs):
        started = time.perf_counter()
        fit()
        best = min(best, time.perf_counter() - started)
    return best


model = LogisticRegression(C=1 / ridge, tol=1e-4, max_iter=200)
logistic = fastest(3, lambda: model.fit(doubles, labels))
shares = model.predict_proba(doubles)[numpy.arange(len(labels)), labels]
objective = (-numpy.log(shares).sum() + ridge / 2 * (model.coef_**2).sum()) / len(labels)
trees = HistGradientBoostingClassifier(
    max_iter=rounds, max_leaf_nodes=31, max_bins=64, l2_regularization=1, early_stopping=False
)
boosting = fastest(1, lambda: trees.fit(x, labels))
print(
    json.dumps(
        {
            "logistic_seconds": logistic,
            "objective": objective,
            "tree_seconds": boosting / (rounds * len(numpy.unique(labels))),
        }
    )
)
