#!/usr/bin/env bash
# Who includes whom: app -> engine -> kernels, never back, and only through doors. TAP.
set -euo pipefail
cd "$1"

number=0

# expect_none WORDS COMMAND...: passes when the command prints nothing
expect_none () {
  local words=$1 found
  shift
  number=$((number + 1))
  found=$("$@" || true)
  if [ -z "$found" ]; then
    echo "ok $number $words"
  else
    echo "not ok $number $words"
    echo "# ${found//$'\n'/$'\n# '}"
  fi
}

# includes PATTERN FOLDER...: lines with #include of a header that matches
includes () { grep -rnE --include='*.c' --include='*.h' "^ *# *include *[<\"]$1" "${@:2}"; }

# A folder of the engine includes another one's door and no other header of it.
past_doors () {
  grep -rnoE --include='*.c' --include='*.h' '^#include "engine/[a-z]+/[a-z-]+\.h"' engine app | while IFS= read -r line; do
    local file=${line%%:*} header=${line##*#include \"engine/}
    local room=${header%%/*} name=${header##*/}
    [ "${name%.h\"}" = "$room" ] || [[ $file == engine/$room/* ]] || echo "$line"
  done
}

# Every header in quotes is named from the root, so that its layer is in sight.
not_from_root () {
  grep -rnE --include='*.c' --include='*.h' '^#include "' kernels engine app \
    | grep -vE '#include "(kernels|engine|app)/' | grep -vE '\.h\.in"|recipe-texts\.h"'
}

no_licence () {
  grep -rL --exclude-dir=golden --include='*.c' --include='*.h' 'SPDX-License-Identifier: Apache-2.0' kernels engine app tests
}

too_long () {
  find kernels engine app -name '*.[ch]' -exec wc -l {} + | awk '$2 != "total" && $1 > 700'
}

echo 1..8
expect_none 'kernels know no GLib' includes '(glib|gio|gobject)' kernels
expect_none 'kernels include neither engine nor app' includes '(engine|app)/' kernels
expect_none 'the engine includes no app and no GTK' includes '(app/|gtk|adwaita|libadwaita)' engine
expect_none 'the command line includes no GTK' includes '(gtk|adwaita|libadwaita)' app/cli
expect_none 'rooms of the engine are entered through their doors' past_doors
expect_none 'headers are named from the root' not_from_root
expect_none 'every file names its licence' no_licence
expect_none 'no file is over 700 lines' too_long
