#!/usr/bin/env bash
# The shell scripts are clean by shellcheck, and a second bootstrap changes nothing. TAP.
set -euo pipefail
cd "$1"
echo 1..2
if ! command -v shellcheck >/dev/null; then
  echo 'ok 1 scripts are clean # SKIP shellcheck is not installed'
elif shellcheck script/* .ci/run tests/support/*.sh tests/app/with-display data/completions/phenoscape-cli >&2; then
  echo 'ok 1 scripts are clean'
else
  echo 'not ok 1 scripts are clean'
fi
if [ -z "$(script/bootstrap)" ]; then
  echo 'ok 2 a second bootstrap installs nothing'
else
  echo 'not ok 2 a second bootstrap installs nothing'
fi
