#!/usr/bin/env bash
# The kernels build and pass their tests with nothing but a C compiler and make.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
make --no-print-directory -C "$1/kernels" BUILD="$folder" check
