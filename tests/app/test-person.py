#!/usr/bin/python3
"""The whole road by mouse, as a person would go it: from a folder to a figure.

SPDX-License-Identifier: Apache-2.0
"""

import csv
import os
import re
import sys

sys.path.insert(0, os.path.dirname(__file__))
from person import Journey, break_file, make_specimens, wait_until  # noqa: E402

journey = Journey("person")
home = os.environ["HOME"]
photographs = make_specimens(os.path.join(home, "butterflies"), specimens=48, species=4)
study = photographs + ".study"
break_file(os.path.join(photographs, "rgb", "broken.png"))


def runs():
    folder = os.path.join(study, "runs")
    return sorted(os.path.join(folder, name) for name in os.listdir(folder)) if os.path.exists(folder) else []


def read(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def selected(me):
    """The number that the legend tells."""
    words = me.find("label", re.compile(r"^Selected \d+ / ")).name
    return int(words.split()[1])


@journey.step("a folder given to the program opens, and its study is made beside it")
def _(me):
    me.find("frame", "butterflies")
    me.find("page tab", "Collection")
    me.reads("48 images")
    assert os.path.exists(os.path.join(study, "study.ini"))


@journey.step("a file that could not be read is told with its reason, and left out")
def _(me):
    me.reads("1 problem")
    me.click("push button", "Problems")
    me.reads("rgb/broken.png")
    me.click_on(me.reads("cannot be read as PNG"))
    me.click("push button", "Leave Out")
    wait_until(lambda: "broken.png" in read(os.path.join(study, "study.ini")), "it to be saved")
    me.gone("label", "1 problem")


@journey.step("an augmentation is tuned, and taken back")
def _(me):
    recipe = os.path.join(study, "augment.recipe")
    me.click("page tab", "Augment")
    box = me.find_usable("check box", "Grayscale")
    assert not box.checked, "where colour matters nothing turns grey"
    me.find("label", re.compile("View A"))
    box.click()
    wait_until(lambda: me.find("check box", "Grayscale").checked, "it to be on")
    wait_until(lambda: "grayscale" in read(recipe), "it to be saved")
    me.click("push button", "Undo")
    wait_until(lambda: not me.find("check box", "Grayscale").checked, "it to be off again")


@journey.step("training two epochs shows how it goes, and ends in words")
def _(me):
    me.click("page tab", "Train")
    for name, value in (("Input size", 32), ("Batch", 8), ("Epochs", 2)):
        me.find_usable("spin button", name).set_value(value)
    me.reads(re.compile("Time: .* Memory: "))
    me.click("push button", "Start Training")
    me.reads(re.compile(r"Done · 2 of 2 epochs · lowest loss \d"), patience=300)
    me.find("image", "Loss")


@journey.step("the run's folder has its settings, its history and its weights")
def _(me):
    assert len(runs()) == 1
    (run,) = runs()
    with open(os.path.join(run, "history.csv"), encoding="utf-8") as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["1", "2"]
    settings = read(os.path.join(run, "run.ini"))
    assert re.search(r"(?m)^size=32$", settings) and re.search(r"(?m)^epochs=2$", settings)
    for name in ("best.safetensors", "last.safetensors"):
        assert os.path.getsize(os.path.join(run, name)) > 1_000_000


@journey.step("the map is there without another word")
def _(me):
    wait_until(lambda: os.path.exists(os.path.join(runs()[0], "embeddings.h5")), "embeddings", 300)
    me.click("page tab", "Explore")
    me.find("image", "Map of 48 specimens", patience=120)
    assert selected(me) == 0


@journey.step("a click on a point shows its look-alikes with distances")
def _(me):
    me.click_on(me.find("image", "Map of 48 specimens"))
    me.press("Right")
    me.press("Enter")
    me.reads(re.compile(r"distance|0[.,]\d"))


@journey.step("a lasso selects what it goes round")
def _(me):
    me.click("push button", "Lasso")
    map_view = me.find("image", re.compile("^Map of 48 specimens"))
    corners = ((0.02, 0.03), (0.98, 0.03), (0.98, 0.97), (0.02, 0.97), (0.02, 0.05))
    me.drag([me.point_of(map_view, *corner) for corner in corners])
    wait_until(lambda: selected(me) > 5, "specimens to be selected")


@journey.step("the collection shows the same selection")
def _(me):
    count = selected(me)
    me.click("page tab", "Collection")
    me.click("push button", "Pictures")
    me.reads(f"{count} selected")
    me.click("page tab", "Explore")


@journey.step("the figure is exported as SVG")
def _(me):
    figure = os.path.join(home, "map.svg")
    me.click("push button", "More of the Map")
    me.click("menu item", "Export Figure…")
    dialog = me.find(None, "Export Figure")
    me.choose("Format", "SVG")
    me.click("push button", "Export…", within=dialog)
    me.save_as(figure)
    wait_until(lambda: "</svg>" in read(figure), "the figure")
    assert read(figure).count("<path") > 48 or read(figure).count("<use") > 48, "points are missing"


@journey.step("the selection is exported as CSV")
def _(me):
    table = os.path.join(home, "selection.csv")
    count = selected(me)
    me.click("page tab", "Selection")
    me.click("push button", "Export the Selection")
    me.click("menu item", re.compile("Export List"))
    me.save_as(table)
    wait_until(lambda: read(table).count("\n") > count, "the table")
    with open(table, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == count, f"{len(rows)} rows for {count} specimens"
    assert "species" in rows[0], f"it has only {list(rows[0])}"


@journey.step("the program ends when it is asked to")
def _(me):
    me.quit()


journey.run([photographs])
