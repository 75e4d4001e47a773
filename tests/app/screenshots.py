#!/usr/bin/python3
"""Pictures of every page: empty, full, and with an error. See script/screenshots.

SPDX-License-Identifier: Apache-2.0
"""

import os
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from person import Person, break_file  # noqa: E402

home = os.environ["HOME"]
size, scheme = os.environ["SCREEN"], os.environ["SCHEME"]
os.environ["ADW_DEBUG_COLOR_SCHEME"] = f"prefer-{scheme}"
me = Person("screenshots")
photographs = os.path.join(home, "butterflies")


def take(name):
    me.server.move(640, 1)  # out of the way: no tooltip, nothing lit up
    time.sleep(1.5)
    me.screenshot(os.path.join(os.environ["OUTPUT"], f"{name}-{size}-{scheme}.png"))


def show(keys, words=None):
    me.press(keys)
    if words:
        me.reads(words)


# First start, and a folder without any picture.
me.start()
take("start-empty")
os.makedirs(os.path.join(home, "nothing"))
me.open_folder(os.path.join(home, "nothing"))
for number, page in enumerate(("collection", "augment", "train", "explore"), 1):
    show(f"Alt+{number}")
    take(f"{page}-empty")
me.quit()

# A folder with files that cannot be read, and without a run.
shutil.copytree(os.path.join(os.environ["MATERIAL"], "butterflies"), photographs)
break_file(os.path.join(photographs, "rgb", "broken.png"))
me.start([photographs])
me.reads("1 problem")
me.click("push button", "Problems")
take("collection-error")
show("Alt+3")
take("train-none")
show("Alt+4")
take("explore-none")
me.quit()

# The whole work.
os.remove(os.path.join(photographs, "rgb", "broken.png"))
shutil.rmtree(photographs + ".study")
shutil.copytree(os.path.join(os.environ["MATERIAL"], "butterflies.study"), photographs + ".study")
me.start([photographs])
me.reads("240 images")
take("collection")
me.click("push button", "Table")
take("collection-table")
me.click("push button", "Pictures")
show("Alt+2")
take("augment")
show("Alt+3")
take("train")
show("Alt+4")
time.sleep(2)
take("explore")
me.press("Ctrl+Comma")
take("preferences")
me.press("Escape")
me.press("F1")
take("help")
me.press("Escape")
me.kill()

# What is offered after that.
me.start()
me.reads("ended unexpectedly")
take("start")
me.quit()
