#!/bin/sh
# Renews requirements.txt: names, versions and hashes only, one file for every platform.
set -eu

version=0.13.9
[ -x .boot/bin/uv ] || python3 -m venv .boot
.boot/bin/python -m pip --disable-pip-version-check --quiet install "uv==$version"
.boot/bin/uv pip compile pyproject.toml --extra postgresql --group dev --universal --python-version 3.11 \
    --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --output-file requirements.txt
