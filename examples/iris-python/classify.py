"""Classifies Iris flowers by their nearest neighbours, with the standard library alone."""

import argparse
import csv
import json
import math
import os
from collections import Counter
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--data", type=Path, required=True)
parser.add_argument("--neighbours", type=int, default=5)
parser.add_argument("--output", type=Path, required=True)
options = parser.parse_args()

with options.data.open() as file:
    rows = list(csv.reader(file))[1:]
flowers = [([float(value) for value in row[:4]], row[4]) for row in rows]
# Every fifth flower is kept back, so that accuracy is measured on flowers that the model has not seen.
known = [flower for index, flower in enumerate(flowers) if index % 5]
unseen = [flower for index, flower in enumerate(flowers) if not index % 5]


def classify(features):
    nearest = sorted(known, key=lambda flower: math.dist(flower[0], features))[: options.neighbours]
    return Counter(species for _, species in nearest).most_common(1)[0][0]


accuracy = sum(classify(features) == species for features, species in unseen) / len(unseen)
print(f"accuracy with {options.neighbours} neighbours on {len(unseen)} unseen flowers: {accuracy:.4f}", flush=True)

options.output.mkdir(parents=True, exist_ok=True)
(options.output / "model.json").write_text(json.dumps({"neighbours": options.neighbours, "flowers": known}))
if "TANDEM_OUTPUTS_FILE" in os.environ:
    Path(os.environ["TANDEM_OUTPUTS_FILE"]).write_text(json.dumps({"accuracy": accuracy}))
