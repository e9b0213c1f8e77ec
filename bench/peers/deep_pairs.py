"""The yardstick for two folders: load each file and its namesake, and let DeepDiff compare the two documents."""

import json
import os
import sys

import yaml
from deepdiff import DeepDiff


def document(path: str) -> object:
    with open(path, "rb") as stream:
        return json.load(stream) if path.endswith(".json") else list(yaml.load_all(stream, yaml.CBaseLoader))


old, new = sys.argv[1:]
for folder, _folders, names in os.walk(old):
    for name in names:
        path = os.path.join(folder, name)
        DeepDiff(document(path), document(os.path.join(new, os.path.relpath(path, old))))
