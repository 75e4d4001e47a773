#!/usr/bin/python3
"""What was installed runs by itself: settings, translation, icons, help and worker are found.

SPDX-License-Identifier: Apache-2.0
"""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from person import COMMAND_LINE, PROGRAM, Journey, make_specimens  # noqa: E402

journey = Journey("installed")
share = os.path.join(os.path.dirname(os.path.dirname(PROGRAM)), "share")
photographs = make_specimens(os.path.join(os.environ["HOME"], "butterflies"))
ID = "io.github.phenoscape.Phenoscape"


@journey.step("desktop file, metainfo and settings are valid where they were put")
def _(me):
    for checker, *path in (
        ("desktop-file-validate", "applications", f"{ID}.desktop"),
        ("appstreamcli", "metainfo", f"{ID}.metainfo.xml"),
        ("glib-compile-schemas", "glib-2.0", "schemas"),
    ):
        options = {"appstreamcli": ["validate", "--no-net"], "glib-compile-schemas": ["--strict", "--dry-run"]}
        command = [checker, *options.get(checker, []), os.path.join(share, *path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


@journey.step("the desktop file starts the program, and its icon is there")
def _(me):
    with open(os.path.join(share, "applications", f"{ID}.desktop"), encoding="utf-8") as file:
        entry = file.read()
    program = re.search(r"(?m)^Exec=(\S+)", entry).group(1)
    assert os.access(os.path.join(os.path.dirname(PROGRAM), os.path.basename(program)), os.X_OK), program
    icon = re.search(r"(?m)^Icon=(\S+)", entry).group(1)
    icons = os.path.join(share, "icons", "hicolor")
    assert os.path.exists(os.path.join(icons, "scalable", "apps", f"{icon}.svg"))
    assert os.path.exists(os.path.join(icons, "symbolic", "apps", f"{icon}-symbolic.svg"))


@journey.step("it speaks German where German is asked for")
def _(me):
    me.find_usable("push button", "Ordner öffnen…")
    words = subprocess.run([COMMAND_LINE, "--help"], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Verwendung|Aufruf|Befehle", words), words[:300]


@journey.step("a folder opens, and its map is made by the installed command line")
def _(me):
    me.press("Ctrl+O")
    me.choose_folder("Ordner", photographs)
    me.find("frame", "butterflies")
    me.press("Alt+4")
    me.click("push button", re.compile("Ohne Training"))
    me.find("image", re.compile("24"), patience=240)


@journey.step("the help is there")
def _(me):
    me.press("F1")
    me.find("frame", re.compile("Hilfe"))
    me.reads(re.compile("(?i)map|Karte"))
    me.press_away("Escape")


@journey.step("the program ends when it is asked to")
def _(me):
    me.quit()


os.environ["LANGUAGE"] = "de"  # of the command line, too
journey.run(environment={"LANGUAGE": "de"})
