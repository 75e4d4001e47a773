#!/usr/bin/python3
"""Pictures of every page: PART is “empty”, “error” or “full”. See script/screenshots.

SPDX-License-Identifier: Apache-2.0
"""

import os
import re
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from person import Person, break_file, wait_until  # noqa: E402

part = sys.argv[1]
home, output = os.environ["HOME"], os.environ["OUTPUT"]
size, scheme = os.environ["SCREEN"], os.environ["SCHEME"]
material = os.environ["MATERIAL"]
os.environ["ADW_DEBUG_COLOR_SCHEME"] = f"prefer-{scheme}"
me = Person("screenshots")
photographs = os.path.join(home, "butterflies")
study = photographs + ".study"


def take(name):
    me.server.move(int(size.split("x", maxsplit=1)[0]) - 1, 400)  # no tooltip, nothing lit up
    time.sleep(1.2)
    me.screenshot(os.path.join(output, f"{name}-{size}-{scheme}.png"))
    print(f"{name}-{size}-{scheme}", flush=True)


def show(number, words):
    """The page of that number, as soon as it says these words."""
    me.press(f"Alt+{number}")
    me.reads(words)


def empty():
    """The first start, and a folder without any picture."""
    me.start()
    take("start-empty")
    me.quit()
    nothing = os.path.join(home, "nothing")
    os.makedirs(nothing)
    me.start([nothing])
    me.find("frame", "nothing")
    for number, page in enumerate(("collection", "augment", "train", "explore"), 1):
        me.press(f"Alt+{number}")
        take(f"{page}-empty")
    me.quit()


def error():
    """Files that cannot be read, a run that failed, embeddings that are none."""
    shutil.copytree(os.path.join(material, "butterflies"), photographs)
    shutil.copytree(os.path.join(material, "butterflies.study"), study)
    break_file(os.path.join(photographs, "rgb", "broken.png"))
    run = os.path.join(study, "runs", "2026-11-23-a")
    with open(os.path.join(run, "state.ini"), "w", encoding="utf-8") as state:
        state.write(
            "[run]\nstate=failed\nmessage=There is no space left on the disk for "
            "“last.safetensors”: free 130 MB, and resume the run.\n"
        )
    with open(os.path.join(run, "embeddings.h5"), "wb") as embeddings:
        embeddings.write(b"no numbers follow")
    me.start([photographs])
    me.find("page tab", "Collection")
    show(1, "1 problem")
    me.click("push button", re.compile("Problems"))
    take("collection-error")
    show(3, "no space left")
    take("train-error")
    me.press("Alt+4")
    time.sleep(2)
    take("explore-error")
    me.quit()


def full():
    """The whole work, and what is offered after it was cut off."""
    shutil.copytree(os.path.join(material, "butterflies"), photographs)
    shutil.copytree(os.path.join(material, "butterflies.study"), study)
    me.start([photographs])
    me.find("page tab", "Collection")
    show(1, "300 images")
    me.click("push button", "Sort")
    me.click("menu item", "specimen")
    time.sleep(3)  # thumbnails
    take("collection")
    me.click("push button", "Table")
    take("collection-table")
    me.click("push button", "Pictures")
    me.press("Alt+2")
    time.sleep(3)  # views are drawn
    take("augment")
    show(3, "2026-11-23-a")
    wait_until(lambda: not me.sees("label", re.compile("^Estimating")), "the estimate")
    take("train")
    me.press("Alt+4")
    me.find("image", re.compile("^Map of 300"))
    time.sleep(1)
    me.tab_to("image", re.compile("^Map of"))
    me.press("Right")
    me.press("Enter")
    me.find("list item", re.compile(r"distance \d\.\d+$"))
    me.press("Tab")  # away from the map: its card goes
    take("explore")
    me.press("Ctrl+E")
    me.find("image", "Preview of the figure")
    take("export")
    me.press_away("Escape")
    me.press("Ctrl+Comma")
    me.find("frame", "Preferences")
    take("preferences")
    me.press_away("Escape")
    me.press("F1")
    me.find("frame", "Phenoscape Help")
    take("help")
    me.press_away("Escape")
    me.kill()
    me.start()
    me.reads("ended unexpectedly")
    take("start")
    me.quit()


try:
    {"empty": empty, "error": error, "full": full}[part]()
except BaseException:
    me.screenshot(os.path.join(output, f"stopped-at-{part}-{size}-{scheme}.png"))
    print(me.log[-2000:], file=sys.stderr)
    raise
finally:
    if me.process is not None and me.process.poll() is None:
        me.process.kill()
