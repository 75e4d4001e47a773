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
from person import Journey, make_specimens, wait_until  # noqa: E402

journey = Journey("keyboard")
home = os.environ["HOME"]
photographs = make_specimens(os.path.join(home, "butterflies"))
study = photographs + ".study"


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


@journey.step("Alt+2 goes to the augmentations, Space switches one, Ctrl+Z takes it back")
def _(me):
    me.press("Alt+2")
    me.find("check box", "Grayscale")
    me.tab_to("check box", "Grayscale", most=150)
    me.press("Space")
    wait_until(lambda: me.find("check box", "Grayscale").checked, "it to be on")
    me.press("Ctrl+Z")
    wait_until(lambda: not me.find("check box", "Grayscale").checked, "it to be off again")


@journey.step("Alt+3 goes to the training, which is set and started")
def _(me):
    me.press("Alt+3")
    for name, value in (("Input size", "32"), ("Batch", "8"), ("Epochs", "2")):
        fill_in(me, name, value)
    me.tab_to("push button", "Start Training")
    me.press("Space")
    me.reads(re.compile(r"Done · 2 of 2 epochs"), patience=300)


@journey.step("Alt+4 goes to the map, arrow keys walk on it, Enter shows look-alikes")
def _(me):
    me.press("Alt+4")
    me.find("image", re.compile("^Map of 24 specimens"), patience=240)
    me.tab_to("image", re.compile("^Map of 24 specimens"))
    me.press("Right", times=2)
    me.press("Enter")
    me.reads(re.compile(r"0[.,]\d"))


@journey.step("Ctrl+A on the map selects all, Escape nothing")
def _(me):
    me.press("Ctrl+A")
    me.reads("Selected 24 / ")
    me.press("Escape")
    me.reads("Selected 0 / ")
    me.press("Ctrl+A")
    me.reads("Selected 24 / ")


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
    me.press("Enter")  # the default button
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
    me.save_as(table)
    wait_until(lambda: read(table).count("\n") > 24, "the table")
    with open(table, encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 24


@journey.step("the program ends when it is asked to")
def _(me):
    me.quit()


journey.run()
