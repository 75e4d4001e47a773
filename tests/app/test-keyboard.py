#!/usr/bin/python3
"""The whole road by keyboard alone, from a folder to a figure.

SPDX-License-Identifier: Apache-2.0
"""

import csv
import os
import re
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from person import Journey, break_file, fits, make_specimens, wait_until  # noqa: E402

journey = Journey("keyboard")
home = os.environ["HOME"]
ITEMS = ("list item", "table cell", "table row")
N = 23  # specimens that take part, of 24
photographs = make_specimens(os.path.join(home, "butterflies"))
break_file(os.path.join(photographs, "rgb", "broken.png"))


def read(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def fill_in(me, name, value):
    me.tab_to("spin button", name)
    me.press("Ctrl+A")
    me.type(value)
    me.press("Tab")
    assert me.find("spin button", name).value == float(value)


@journey.step("Ctrl+O opens a folder by its path")
def _(me):
    me.open_folder(photographs)
    me.reads("24 images")


@journey.step("Ctrl+F finds, Escape shows all again")
def _(me):
    me.press("Ctrl+F")
    me.type("female")
    me.reads(re.compile(r"^\d+ shown"))
    me.press("Ctrl+A")
    me.press("Backspace")
    me.press("Escape")
    me.reads("24 images")


@journey.step("an unwanted specimen is chosen with the arrow keys and excluded, and the count says so")
def _(me):
    me.press("Ctrl+1")
    wait_until(lambda: me.focused() is not None and me.focused().role in ITEMS, "a picture with the keyboard")
    me.press("Right")
    me.find("label", "1 selected")
    me.press("Ctrl+Shift+X")
    me.find("label", "1 excluded")


@journey.step("F2 edits a value where it stands in the table, Tab the one beside it, Escape leaves it as it was")
def _(me):
    table = os.path.join(photographs + ".study", "metadata.csv")
    me.press("Ctrl+2")
    wait_until(lambda: me.focused() is not None and me.focused().role in ITEMS, "a row with the keyboard")
    me.press("F2")
    entry = me.find("text", "Species")
    wait_until(lambda: me.find("text", "Species").focused, "the species to be edited")
    me.press("Ctrl+A")
    me.type("Morpho novus")
    me.press("Tab")
    wait_until(lambda: "Morpho novus" in read(table), "the species to be saved")
    other = wait_until(lambda: next((t for t in me.look("text") if t.focused), None), "the next value to be edited")
    name = other.name
    assert name and name != "Species", name
    me.type("never")
    me.press("Escape")
    wait_until(lambda: me.focused() is not None and me.focused().role in ITEMS, "the row to have the keyboard again")
    me.press("F2")
    wait_until(lambda: any(t.focused for t in me.look("text", name)), "the same column to be edited")
    me.press("Enter")
    me.press("Ctrl+Z")
    wait_until(lambda: "Morpho novus" not in read(table), "it to be taken back")
    assert "never" not in read(table)


@journey.step("Ctrl+3 goes to the problems: the file that is broken is left out, undone and done again")
def _(me):
    me.find("label", "1 problem")
    me.press("Ctrl+3")
    me.reads(re.compile("broken.png"))
    wait_until(lambda: me.focused() is not None and me.focused().role in ITEMS, "a line with the keyboard")
    me.press("Down")  # past the heading
    me.find_usable("push button", "Leave Out", patience=20)
    me.tab_to("push button", "Leave Out", by="Shift+Tab", most=10)
    me.press("Space")
    me.gone("label", "1 problem")
    me.press("Ctrl+Z")
    me.find("label", "1 problem")
    me.press("Ctrl+Shift+Z")
    me.gone("label", "1 problem")


@journey.step("Alt+2 goes to the augmentations, Space switches one, Ctrl+Z takes it back and Ctrl+Shift+Z brings it")
def _(me):
    me.press("Alt+2")
    wait_until(lambda: me.focused() is not None and me.focused().name == "Crop", "the first operation to be focused")
    me.tab_to("check box", "Crop")
    me.press("Space")
    wait_until(lambda: not me.find("check box", "Crop").checked, "it to be off")
    me.press("Ctrl+Z")
    wait_until(lambda: me.find("check box", "Crop").checked, "it to be on again")
    me.press("Ctrl+Shift+Z")
    me.find("push button", re.compile("^Recipe: .*Modified"))


@journey.step("Alt+3 goes to the training, which is set and started")
def _(me):
    me.press("Alt+3")
    wait_until(lambda: me.focused() is not None and "Preset" in me.focused().name, "the settings to be focused")
    for name, value in (("Input size", "32"), ("Batch", "8"), ("Epochs", "2")):
        fill_in(me, name, value)
    me.tab_to("push button", "Start Training")
    me.press("Space")
    me.reads(re.compile(r"Done · 2 of 2 epochs"), patience=300)


@journey.step("Alt+4 goes to the map, arrow keys walk on it, Enter shows look-alikes")
def _(me):
    me.press("Alt+4")
    me.find("image", re.compile(f"^Map of {N} specimens"), patience=240)
    me.press("Alt+1")
    me.press("Alt+4")
    wait_until(lambda: fits(re.compile(f"^Map of {N} specimens"), getattr(me.focused(), "name", "")), "the map to be focused")
    me.press("Right", times=2)
    me.press("Enter")
    me.reads(re.compile(r"0[.,]\d"))


@journey.step("Ctrl+A on the map selects all, Escape nothing")
def _(me):
    me.press("Ctrl+A")
    me.reads(f"{N} selected.")
    me.press("Escape")
    me.reads(re.compile("; 0 selected."))
    me.press("Ctrl+A")
    me.reads(f"{N} selected.")


@journey.step("Ctrl+E exports the figure as SVG")
def _(me):
    figure = os.path.join(home, "map.svg")
    me.press("Ctrl+E")
    me.find(None, "Export Figure")
    me.tab_to("combo box", "Format")
    me.press("Space")
    time.sleep(0.5)
    me.press("Down")
    me.press("Enter")
    time.sleep(0.5)
    windows = len(me.windows())
    me.press("Alt+E")
    wait_until(lambda: len(me.windows()) > windows, "the dialog of files")
    me.save_as(figure)
    wait_until(lambda: "</svg>" in read(figure), "the figure")


@journey.step("the selection is exported as CSV from its menu")
def _(me):
    table = os.path.join(home, "selection.csv")
    me.tab_to("page tab", "Selection", most=150)
    me.press("Space")
    me.tab_to("push button", "Export the Selection")
    me.press("Space")
    me.find("menu item", re.compile("Export List"))
    me.press("Enter")
    me.find(None, "Export the Selection as a List")
    me.save_as(table)
    wait_until(lambda: read(table).count("\n") > N, "the table")
    with open(table, encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == N


@journey.step("the program ends when it is asked to")
def _(me):
    me.quit()


journey.run()
