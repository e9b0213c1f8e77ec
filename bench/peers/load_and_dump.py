"""What a script that rewrites cassettes costs at least: load each file of a folder, and dump it again."""

import sys
from pathlib import Path

import yaml

for path in sorted(Path(sys.argv[1]).rglob("*.yaml")):
    yaml.dump(yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader), Dumper=yaml.CSafeDumper)
