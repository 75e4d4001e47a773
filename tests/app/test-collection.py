#!/usr/bin/python3
"""The collection, used by someone who looks through her specimens.

SPDX-License-Identifier: Apache-2.0
"""

import csv
import os
import re
import shutil
import sys

sys.path.insert(0, os.path.dirname(__file__))
from person import Journey, make_specimens, wait_until  # noqa: E402

journey = Journey("collection")
home = os.environ["HOME"]
photographs = make_specimens(os.path.join(home, "butterflies"))
study = photographs + ".study"
with open(os.path.join(photographs, "rgb", "torn.png"), "wb") as torn:
    torn.write(b"\x89PNG\r\n\x1a\nand no more")
names = sorted(
    name for _, _, files in os.walk(os.path.join(photographs, "rgb")) for name in files
    if name != "torn.png"
)  # fmt: skip


def picture(number):
    """Of the first, second ... specimen; its name is read with spaces."""
    return re.compile(re.escape(names[number].replace("_", " ")))


def table_on_disk():
    path = os.path.join(study, "metadata.csv")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as rows:
        return list(csv.DictReader(rows))


@journey.step("all specimens are counted, and the file that is torn")
def _(me):
    me.find("label", f"{len(names)} images")
    me.find("label", "1 problem")
    me.find("image", picture(0))


@journey.step("words filter, and the counts follow")
def _(me):
    me.press("Ctrl+F")
    me.type("female dorsal")
    shown = me.find("label", re.compile(r"^\d+ shown$"))
    assert 0 < int(shown.name.split()[0]) < len(names)
    me.press("Ctrl+A")
    me.type("nothing like it")
    me.reads("Nothing Matches the Filter")
    me.click("push button", "Clear Filter")
    me.gone("label", re.compile(r"shown$"))


@journey.step("a value of a column filters")
def _(me):
    check = me.find_usable("check box", re.compile(r"^[A-Z][a-z]+ [a-z]+$"))
    name = check.name
    me.click_on(check)
    me.find("label", re.compile(r"^\d+ shown$"))
    wait_until(lambda: me.find("check box", name).checked, "the check")
    me.click_on(me.find("check box", name))
    me.gone("label", re.compile(r"shown$"))


@journey.step("two are excluded by the keyboard, and one step takes both back")
def _(me):
    me.press("Ctrl+1")
    me.click_on(me.find("image", picture(0)))
    me.find("label", "1 selected")
    me.press("Shift+Right")
    me.find("label", "2 selected")
    me.press("Ctrl+Shift+X")
    me.find("label", "2 excluded")
    me.find("image", re.compile("excluded$"))
    me.press("Ctrl+Z")
    me.gone("label", "2 excluded")
    me.press("Ctrl+Shift+Z")
    me.find("label", "2 excluded")


@journey.step("a value is given to all that are selected")
def _(me):
    me.press("Ctrl+A")
    me.find("label", f"{len(names)} selected")
    me.press("Ctrl+E")
    me.find("frame", "Edit Value")
    me.click_on(me.find("text", "Value"))
    me.press("Ctrl+A")
    me.type("Morpho menelaus")
    me.press_away("Enter")
    wait_until(
        lambda: len(table_on_disk()) == len(names)
        and all(row["species"] == "Morpho menelaus" for row in table_on_disk()),
        "the values on disk",
    )


@journey.step("the sidebar has the one species that is left, and undo brings the others back")
def _(me):
    me.find("check box", "Morpho menelaus")
    me.press("Ctrl+Z")
    me.gone("check box", "Morpho menelaus")
    me.press("Ctrl+Shift+Z")
    me.find("check box", "Morpho menelaus")


@journey.step("the table shows the same specimens")
def _(me):
    me.press("Ctrl+2")
    me.find(None, "Species")
    me.find("label", f"{len(names)} images")


@journey.step("one is looked at in large, its pixels are read, and the next one follows")
def _(me):
    me.press("Ctrl+1")
    me.click_on(me.find("image", picture(0)))
    me.press("Enter")
    me.find("label", f"1 of {len(names)}")
    me.reads(re.compile(r"x \d+, y \d+ +R \d+ +G \d+ +B \d+"))
    me.press("PageDown")
    me.find("label", f"2 of {len(names)}")
    me.press("Plus", times=3)
    me.press("0")
    me.press("Escape")
    me.find("label", "1 selected")


@journey.step("the problem says what is wrong, and is left out")
def _(me):
    me.press("Ctrl+3")
    me.reads("torn.png")
    me.reads("Left Out by You")
    me.click_on(me.reads(re.compile("torn.png")))
    me.click("push button", "Leave Out")
    me.gone("label", "1 problem")
    me.press("Ctrl+Z")
    me.find("label", "1 problem")


@journey.step("what was excluded and edited is there after a new start")
def _(me):
    me.quit()
    me.start([study])
    me.find("label", "2 excluded")
    me.find("check box", "Morpho menelaus")


@journey.step("a folder that was moved is located once for all")
def _(me):
    me.quit()
    shutil.move(photographs, os.path.join(home, "elsewhere"))
    me.start([study])
    me.reads("The Folder of Images Is Not There")
    me.click("push button", "Locate Folder…")
    me.choose_folder("Locate the Folder", os.path.join(home, "elsewhere"))
    me.find("label", f"{len(names)} images")
    me.find("label", "2 excluded")


journey.run([photographs])
