#!/usr/bin/python3
"""Exploring, by mouse and by keyboard: the map, its look-alikes, a selection, a figure.

SPDX-License-Identifier: Apache-2.0
"""

import os
import re
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from person import Journey, make_specimens, wait_until  # noqa: E402

journey = Journey("explore")
folder = make_specimens(os.path.join(os.environ["HOME"], "wings"))
photographs = os.path.join(folder, "rgb")
study = photographs + ".study"


def map_of(me):
    return me.find("image", re.compile("^Map of"))


@journey.step("without embeddings the page says what is missing, and offers the ways")
def _(me):
    me.find("frame", "rgb")
    me.press("Alt+4")
    me.reads("No Map Yet")
    me.find_usable("push button", "Train a Model")
    me.find_usable("push button", "Open Embeddings…")


@journey.step("embedding without training makes a map")
def _(me):
    me.click("push button", "Embed Without Training")
    me.find("image", re.compile(r"^Map of \d+ specimens$"), patience=120)
    assert os.path.exists(os.path.join(study, "baselines", "histogram.h5"))
    me.reads("3 groups by “species”; 0 selected.")


@journey.step("the map is walked with the arrow keys, and says where one stands")
def _(me):
    me.tab_to("image", re.compile("^Map of"))
    me.press("Right")
    first = me.reads(re.compile(r"At \S+, species .+\.")).description
    me.press("Left")
    me.press("Left")
    wait_until(lambda: map_of(me).description != first, "the keyboard to walk on")


@journey.step("Enter chooses a specimen and shows its look-alikes")
def _(me):
    me.press("Enter")
    me.reads("1 selected.")
    me.find("list item", re.compile(r"distance \d\.\d+$"))


@journey.step("a look-alike is the next question, and Back leads back")
def _(me):
    at = map_of(me).description
    me.click_on(me.find("list item", re.compile(r"distance \d\.\d+$")))
    wait_until(lambda: map_of(me).description != at, "another specimen")
    me.click("push button", "Back")


@journey.step("a group is hidden and shown again by the legend, and the collection follows")
def _(me):
    n = int(re.search(r"\d+", map_of(me).name).group())
    group = me.find("list item", re.compile(r", shown: \d+ selected"))
    me.click_on(group)
    me.find("list item", re.compile(r", hidden: "))
    fewer = int(re.search(r"\d+", map_of(me).name).group())
    assert 0 < fewer < n, f"{fewer} of {n}"
    me.click("push button", "Show All")
    me.find("image", f"Map of {n} specimens")


@journey.step("a rectangle selects what lies in it")
def _(me):
    me.click("push button", "Rectangle")
    the_map = map_of(me)
    me.drag([me.point_of(the_map, *at) for at in ((0.05, 0.04), (0.5, 0.5), (0.98, 0.94))])
    n = int(re.search(r"\d+", map_of(me).name).group())
    me.reads(f"{n} selected.")


@journey.step("Escape selects nothing; Ctrl+A selects all that is shown")
def _(me):
    me.press("Escape")
    me.reads(re.compile("; 0 selected."))
    me.press("Ctrl+A")
    n = int(re.search(r"\d+", map_of(me).name).group())
    me.reads(f"{n} selected.")


@journey.step("a selection is named: a value of the metadata, kept by itself, undone")
def _(me):
    entry = me.find("text", "Name of the selection")
    entry.node.set_text_contents("seen")
    me.click("push button", "Name It")

    def written():
        try:
            with open(os.path.join(study, "metadata.csv"), encoding="utf-8") as table:
                return "selection" in table.readline() and "seen" in table.read()
        except FileNotFoundError:
            return False

    wait_until(written, "the name in the study's table")
    me.click("push button", "Colour by It")
    me.reads("1 group by “selection”")
    me.press("Ctrl+Z")
    wait_until(lambda: not written(), "the name to be taken back")


@journey.step("the scores come with an interval, chance, and the background's control")
def _(me):
    me.click_on(me.find("page tab", "Scores"))
    me.click("push button", "Measure")
    me.reads(re.compile(r"95 % interval .*; chance 33\.3"))
    me.click("push button", "Measure the Background Too")
    me.reads(re.compile("^The background alone"), patience=120)


@journey.step("a figure is exported, with a preview, and says what it was made from")
def _(me):
    me.press("Ctrl+E")
    me.find("image", "Preview of the figure")
    me.click("push button", "Export…")
    time.sleep(1)
    target = os.path.join(os.environ["HOME"], "figure.svg")
    me.press("Ctrl+A")
    me.type(target)
    me.press("Enter")
    wait_until(lambda: os.path.exists(target), "the figure")
    with open(target, encoding="utf-8") as figure:
        text = figure.read()
    assert "</svg>" in text
    assert "baseline:histogram" in text, "the figure does not say what it was made from"
    me.gone("frame", "Export Figure")


@journey.step("the program ends when it is asked to")
def _(me):
    me.quit()


journey.run([photographs])
