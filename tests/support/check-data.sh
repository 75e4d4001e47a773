#!/usr/bin/env bash
# What the desktop and translators are given: check-data.sh SOURCE BUILD. TAP.
set -euo pipefail
cd "$1"
build=$2
id=io.github.phenoscape.Phenoscape
number=0

# expect WORDS COMMAND...: passes when the command does and prints nothing
expect () {
  local words=$1 said status=0
  shift
  number=$((number + 1))
  said=$("$@" 2>&1) || status=$?
  if [ "$status" -eq 0 ] && [ -z "$said" ]; then
    echo "ok $number $words"
  else
    echo "not ok $number $words"
    echo "# ${said//$'\n'/$'\n# '}"
  fi
}

valid_metainfo () { appstreamcli validate --no-net --explain "$build/data/$id.metainfo.xml" >/dev/null; }
valid_schema () { glib-compile-schemas --strict --dry-run data; }

# Files with words for people, and files that POTFILES.in names, are the same.
same_files () {
  diff <({
      grep -rlE --include='*.c' '(^|[^A-Za-z_])(_|N_|C_|NC_|ngettext) \(' app engine
      grep -rlE --include='*.blp' '(^|[^A-Za-z_])(_|C_)\(' ui
      ls data/$id.desktop.in data/$id.metainfo.xml.in data/$id.gschema.xml
    } | LC_ALL=C sort) <(grep -v '^#' po/POTFILES.in | LC_ALL=C sort)
}

# Its only words may be that Blueprint is read as C, as which its words are written.
collects () {
  xgettext --directory=. --files-from=po/POTFILES.in --from-code=UTF-8 --add-comments=Translators \
    --keyword=_ --keyword=N_ --keyword=C_:1c,2 --keyword=NC_:1c,2 --keyword=ngettext:1,2 --output=/dev/null 2>&1 \
    | grep -vE "extension '(blp|in)' is unknown; will try C$" || true
}

complete () {
  local language words
  while IFS= read -r language; do
    msgfmt --check --output-file=/dev/null "po/$language.po"
    words=$(msgattrib --untranslated --no-wrap "po/$language.po" | grep -c '^msgid "..*' || true)
    [ "$words" -eq 0 ] || echo "$language: $words sentences are not translated"
  done < <(grep -v '^#' po/LINGUAS)
}

drawn () {
  local picture
  for picture in data/icons/hicolor/*/apps/*.svg; do
    grep -q '<svg ' "$picture" || echo "$picture is no drawing"
    [ "$(head -c 5 "$picture")" = '<?xml' ] || echo "$picture does not begin as XML"
  done
}

echo 1..7
expect 'the desktop file is valid' desktop-file-validate "$build/data/$id.desktop"
expect 'the metainfo is valid' valid_metainfo
expect 'the settings are valid' valid_schema
expect 'the icons are drawings' drawn
expect 'every file with words for people is in POTFILES.in' same_files
expect 'words for translators are collected without a warning' collects
expect 'each language is whole and fits' complete
