"""What reading a YAML file takes at least: libyaml's events, one after the other, and nothing done with them."""

import sys

import yaml

with open(sys.argv[1], "rb") as stream:
    for _event in yaml.parse(stream, Loader=yaml.CSafeLoader):
        pass
