#!/usr/bin/python3
"""Operations are tuned beside the views that they make.

SPDX-License-Identifier: Apache-2.0
"""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(__file__))
from person import Journey, make_specimens, wait_until  # noqa: E402

journey = Journey("augment page")
photographs = make_specimens(os.path.join(os.environ["HOME"], "butterflies"))
study = os.path.join(photographs, "rgb.study")
recipes = os.path.join(os.environ["XDG_DATA_HOME"], "phenoscape", "recipes")
LARGER = re.compile("^Views of .*, larger$")


def pairs(me):
    """A stack tells of its page and of what is on it, so each comes twice and more."""
    return list({pair.name: pair for pair in me.look("push button", LARGER)}.values())


def button(words):
    """Mnemonics stand in the names of buttons, too."""
    return re.compile(f"{re.escape(words)}$")


def seen(me):
    """What happened to the views, in words."""
    return [pair.description for pair in pairs(me)]


@journey.step("pairs of views are shown, and told in words")
def _(me):
    me.reads("24 images")
    me.press("Alt+2")
    wait_until(lambda: len(pairs(me)) == 4, "four pairs of views")
    wait_until(lambda: all("View A" in text for text in seen(me)), "what happened")
    me.reads(re.compile(r"Views at \d+ px, as the network will see them"))


@journey.step("Ctrl+R draws the views of the next epoch, Ctrl+Shift+R those before")
def _(me):
    first = seen(me)
    me.press("Ctrl+R")
    me.reads("Epoch 2 of seed")
    wait_until(lambda: seen(me) != first, "other views")
    me.press("Ctrl+Shift+R")
    me.reads("Epoch 1 of seed")
    wait_until(lambda: seen(me) == first, "the same views again")


@journey.step("an operation is switched off, and on again by undo")
def _(me):
    me.click("check box", "Crop")
    wait_until(lambda: all("Crop" not in text for text in seen(me)), "views without crop")
    me.press("Ctrl+Z")
    wait_until(lambda: all("Crop" in text for text in seen(me)), "crops again")


@journey.step("one operation is shown alone")
def _(me):
    me.click("push button", button("Show “Rotation” alone"))
    me.reads("“Rotation” alone, in every view")
    wait_until(
        lambda: all("Rotation: degrees" in text and "Crop" not in text for text in seen(me)),
        "rotations alone",
    )
    me.click("push button", button("Show All Operations"))
    wait_until(lambda: all("Crop" in text for text in seen(me)), "all operations")


@journey.step("a recipe that changes colours is warned of, and mended by a button")
def _(me):
    me.click("push button", re.compile("^Recipe: Colour matters"))
    me.find("list item", "SimCLR")
    me.tab_to("list item", "SimCLR")
    me.press("Enter")
    me.reads("This recipe makes colour unreliable")
    me.click("push button", button("Keep Colours"))
    wait_until(lambda: not me.look("push button", button("Keep Colours")), "the warning to go")
    me.find("push button", "Recipe: SimCLR, Modified")


@journey.step("a recipe is kept under a name, deleted, and brought back")
def _(me):
    me.click("push button", re.compile("^Recipe: SimCLR"))
    me.click("push button", button("Save As…"))
    me.find(None, "Name of the recipe")
    me.type("wings")
    me.press("Enter")
    path = os.path.join(recipes, "wings.recipe")
    wait_until(lambda: os.path.exists(path), "the recipe's file")
    me.click("push button", re.compile("^Recipe: wings"))
    me.click("push button", button("Delete recipe “wings”"))
    wait_until(lambda: not os.path.exists(path), "the file to go")
    me.gone("list item", "SimCLR")
    me.press("Ctrl+Z")
    wait_until(lambda: os.path.exists(path), "the file to come back")


@journey.step("F9 hides the operations and shows them")
def _(me):
    me.press("F9")
    wait_until(lambda: not me.find("push button", "Operations").checked, "them to go")
    me.press("F9")
    wait_until(lambda: me.find("push button", "Operations").checked, "them to come back")


@journey.step("a pair is shown larger, and Escape leads back")
def _(me):
    pairs(me)[0].click()
    me.find("push button", button("All Pairs"))
    me.press("Escape")
    wait_until(lambda: len(pairs(me)) == 4, "all pairs")


@journey.step("the recipe is kept in the study")
def _(me):
    path = os.path.join(study, "augment.recipe")
    wait_until(lambda: os.path.exists(path), "augment.recipe")
    wait_until(lambda: "recipe=wings" in open(path, encoding="utf-8").read(), "its name in it")


@journey.step("the program ends when it is asked to")
def _(me):
    me.quit()


journey.run([os.path.join(photographs, "rgb")])
