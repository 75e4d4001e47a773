"""Someone who sits before Phenoscape: sees what the accessibility tree shows, clicks, types.

SPDX-License-Identifier: Apache-2.0

A test is a Journey of steps; each is one case of TAP, named by what a user would check.
What a step finds is on the screen: parts of the tree without a size are not there. A step
waits until the program shows what it should, so no test depends on how fast a machine is.

    journey = Journey("as a person")

    @journey.step("a folder opens and shows its specimens")
    def _(me):
        me.find("label", "48 specimens")

    journey.run(["/path/of/a/folder"])

Run it below with-display, which gives it a display, a bus and a home.
"""

import ctypes
import glob
import os
import re
import signal
import subprocess
import sys
import time
import traceback

try:
    import gi

    gi.require_version("Atspi", "2.0")
    from gi.repository import Atspi, GLib
except (ImportError, ValueError) as missing:
    print(f"1..0 # SKIP {missing}: install python3-gi and gir1.2-atspi-2.0")
    sys.exit(0)

# Meson names the programs; by hand it is those of the folder “build”.
BUILD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build")
PROGRAM = os.environ.get("PHENOSCAPE", os.path.join(BUILD, "app", "phenoscape"))
COMMAND_LINE = os.environ.get(
    "PHENOSCAPE_CLI_BUILT", os.path.join(BUILD, "app", "cli", "phenoscape-cli")
)
FAILURES = os.environ.get("PHENO_FAILURES", os.path.join(BUILD, "tests", "app", "failures"))

PATIENCE = float(os.environ.get("PHENO_PATIENCE", 60))  # seconds until what should come is missing

# Key codes of the X server, for keys that are held.
HELD = {"Ctrl": 37, "Shift": 50, "Alt": 64}
KEYS = {
    "Tab": 0xFF09, "Enter": 0xFF0D, "Escape": 0xFF1B, "Space": 0x20, "Delete": 0xFFFF,
    "Backspace": 0xFF08, "Left": 0xFF51, "Up": 0xFF52, "Right": 0xFF53, "Down": 0xFF54,
    "Home": 0xFF50, "End": 0xFF57, "PageUp": 0xFF55, "PageDown": 0xFF56, "Menu": 0xFF67,
    "Plus": 0x2B, "Minus": 0x2D, "Question": 0x3F, "Comma": 0x2C,
    **{f"F{n}": 0xFFBD + n for n in range(1, 13)},
}  # fmt: skip


class Missing(AssertionError):
    """What a user looked for and did not find."""


def wait_until(true, what, patience=PATIENCE):
    """Asks until the answer is something, and gives it back."""
    end = time.monotonic() + patience
    while True:
        try:
            answer = true()
        except GLib.Error:  # what was asked for went away in between
            answer = None
        if answer:
            return answer
        if time.monotonic() > end:
            raise Missing(f"waited {patience} s for {what}")
        time.sleep(0.05)


class Server:
    """The keyboard and the mouse, through the XTest extension.

    The registry of the accessibility bus can press keys, too, but types into whatever layout
    it guesses and answers before the key is down.
    """

    def __init__(self):
        self.x11 = ctypes.CDLL("libX11.so.6")
        self.test = ctypes.CDLL("libXtst.so.6")
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        self.x11.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        self.x11.XkbKeycodeToKeysym.argtypes = [ctypes.c_void_p] + [ctypes.c_uint] * 3
        self.x11.XkbKeycodeToKeysym.restype = ctypes.c_ulong
        self.display = ctypes.c_void_p(self.x11.XOpenDisplay(None))
        if not self.display:
            raise SystemExit("There is no display: run this below with-display.")
        self.x11.XInternAtom.restype = ctypes.c_ulong
        self.x11.XGetSelectionOwner.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        manager = self.x11.XInternAtom(self.display, b"WM_S0", 0)
        wait_until(lambda: self.x11.XGetSelectionOwner(self.display, manager), "a window manager")

    def settle(self):
        self.x11.XSync(self.display, 0)

    def key(self, code, down):
        self.test.XTestFakeKeyEvent(self.display, code, int(down), 0)
        self.settle()

    def symbol(self, keysym):
        """Presses the key that has that symbol, with Shift where it needs one."""
        code = self.x11.XKeysymToKeycode(self.display, keysym)
        if code == 0:
            raise ValueError(f"no key has the symbol {keysym:#x}")
        plain = self.x11.XkbKeycodeToKeysym(self.display, code, 0, 0)
        shifted = plain != keysym and keysym < 0xFF00
        if shifted:
            self.key(HELD["Shift"], True)
        self.key(code, True)
        self.key(code, False)
        if shifted:
            self.key(HELD["Shift"], False)

    def focus(self):
        """The number of the window that has the keyboard."""
        window, mode = ctypes.c_ulong(), ctypes.c_int()
        self.x11.XGetInputFocus(self.display, ctypes.byref(window), ctypes.byref(mode))
        return window.value

    def window_place(self):
        """x, y, width and height of the window that has the keyboard, on the display."""
        window, other = ctypes.c_ulong(self.focus()), ctypes.c_ulong()
        x, y = ctypes.c_int(), ctypes.c_int()
        width, height, border, depth = (ctypes.c_uint() for _ in range(4))
        here = ctypes.byref
        while True:
            self.x11.XGetGeometry(
                self.display, window, here(other), here(x), here(y), here(width), here(height),
                here(border), here(depth),
            )  # fmt: skip
            # GTK takes the keyboard with a window of one pixel inside its own.
            if width.value > 1:
                break
            children, count = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
            parent = ctypes.c_ulong()
            self.x11.XQueryTree(
                self.display, window, here(other), here(parent), here(children), here(count)
            )
            window = parent
        root, child = other.value, ctypes.c_ulong()
        self.x11.XTranslateCoordinates(
            self.display, window, ctypes.c_ulong(root), 0, 0, here(x), here(y), here(child)
        )
        return x.value, y.value, width.value, height.value

    def move(self, x, y):
        self.test.XTestFakeMotionEvent(self.display, -1, int(x), int(y), 0)
        self.settle()

    def button(self, number, down):
        self.test.XTestFakeButtonEvent(self.display, number, int(down), 0)
        self.settle()


class Thing:
    """What is on the screen: a role, a name, a place, and what can be done with it."""

    def __init__(self, node):
        self.node = node

    @property
    def role(self):
        return self.node.get_role_name()

    @property
    def name(self):
        """As a screen reader would best say it: GTK 4.8 calls a button with the label “_Open” “_Open
        Open”."""
        words = (self.node.get_name() or "").replace("_", "")
        half = (len(words) - 1) // 2
        return words[:half] if words and words[:half] == words[half + 1 :] else words

    @property
    def description(self):
        return self.node.get_description() or ""

    @property
    def states(self):
        return {state.value_nick for state in self.node.get_state_set().get_states()}

    @property
    def text(self):
        text = self.node.get_text_iface()
        return text.get_text(0, text.get_character_count()) if text else ""

    @property
    def value(self):
        value = self.node.get_value_iface()
        return value.get_current_value() if value else None

    def set_value(self, number):
        """Moves a slider, or what turns like one."""
        self.node.get_value_iface().set_current_value(number)

    @property
    def place(self):
        """x, y, width and height in the window."""
        box = self.node.get_extents(Atspi.CoordType.WINDOW)
        return box.x, box.y, box.width, box.height

    @property
    def on_screen(self):
        return "visible" in self.states and min(self.place[2:]) > 0

    @property
    def sensitive(self):
        return "sensitive" in self.states

    @property
    def checked(self):
        return bool(self.states & {"checked", "pressed", "selected"})

    @property
    def focused(self):
        return "focused" in self.states

    def children(self):
        for i in range(self.node.get_child_count()):
            child = self.node.get_child_at_index(i)
            if child is not None:
                yield Thing(child)

    def walk(self):
        """All that is on the screen inside it, itself first, from the top left on."""
        try:
            states = self.states
            if states and "visible" not in states:
                return
            # The program and the pages of a stack are no widgets and have no place.
            if self.node.get_component_iface() is not None:
                if min(self.place[2:]) <= 0:
                    return
                yield self
            for child in self.children():
                yield from child.walk()
        except GLib.Error:  # it went away
            return

    def click(self):
        """Does what a click does, also where something lies above."""
        actions = self.node.get_action_iface()
        names = [actions.get_action_name(i) for i in range(actions.get_n_actions())]
        for name in ("click", "activate", "toggle"):
            if name in names:
                actions.do_action(names.index(name))
                return
        raise Missing(f"{self} cannot be clicked: it has {names}")

    def __str__(self):
        return f"{self.role} “{self.name}”"


def fits(pattern, text):
    if pattern is None:
        return True
    if isinstance(pattern, str):
        return pattern == text
    return pattern.search(text) is not None


class Person:
    """Starts the program, and looks at it."""

    def __init__(self, name):
        self.name = name
        self.folder = os.environ["HOME"]
        self.log_path = os.path.join(self.folder, f"{name}.log")
        self.server = Server()
        self.process = None
        self.app = None
        Atspi.init()
        Atspi.get_desktop(0).set_cache_mask(Atspi.Cache.NONE)

    # ---- the program ----

    def start(self, arguments=(), environment=None):
        """Starts it, and waits for its window."""
        with open(self.log_path, "a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [PROGRAM, *arguments], stdout=log, stderr=log,
                env={**os.environ, **(environment or {})},
            )  # fmt: skip
        self.app = wait_until(self._find_app, "the program to come up")
        wait_until(lambda: any("active" in w.states for w in self.windows()), "a window in front")

    def _find_app(self):
        if self.process.poll() is not None:
            raise Missing(f"the program ended with {self.process.returncode}")
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(i)
            if app is not None and app.get_process_id() == self.process.pid:
                # What was true a moment ago is of no use here.
                app.set_cache_mask(Atspi.Cache.NONE)
                return Thing(app)
        return None

    def windows(self):
        return [window for window in self.app.children() if window.on_screen]

    def quit(self):
        """Closes it as a user does; it must end well."""
        self.press("Ctrl+Q")
        self.process.wait(PATIENCE)
        assert self.process.returncode == 0, f"it ended with {self.process.returncode}"

    def kill(self):
        """As when the power fails."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    @property
    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read()

    # ---- seeing ----

    def look(self, role=None, name=None, within=None):
        """All that is there now. @name is a text, or a compiled pattern."""
        tops = [within] if within is not None else reversed(self.windows())
        return [
            thing
            for top in tops
            for thing in top.walk()
            if fits(role, thing.role) and fits(name, thing.name)
        ]

    def sees(self, role=None, name=None, within=None):
        return bool(self.look(role, name, within))

    def find(self, role=None, name=None, within=None, patience=PATIENCE):
        """The first such thing, as soon as it is there. Names stand in the topmost window first."""
        shown = name.pattern if isinstance(name, re.Pattern) else name
        return wait_until(
            lambda: next(iter(self.look(role, name, within)), None),
            f"a {role or 'thing'} “{shown}”",
            patience,
        )

    def find_usable(self, role=None, name=None, within=None, patience=PATIENCE):
        shown = name.pattern if isinstance(name, re.Pattern) else name
        return wait_until(
            lambda: next((t for t in self.look(role, name, within) if t.sensitive), None),
            f"a {role or 'thing'} “{shown}” that can be used",
            patience,
        )

    def reads(self, words, within=None, patience=PATIENCE):
        """Waits for these words (a text or a pattern) in any name, description or text."""
        pattern = re.compile(re.escape(words)) if isinstance(words, str) else words
        return wait_until(
            lambda: next(
                (
                    thing
                    for thing in self.look(within=within)
                    if any(
                        pattern.search(text)
                        for text in (thing.name, thing.description, thing.text)
                    )
                ),
                None,
            ),
            f"the words “{pattern.pattern}”",
            patience,
        )

    def focused(self):
        """What has the keyboard. Places are not asked for, as that takes most of the time."""
        for window in reversed(self.windows()):
            stack = [window]
            while stack:
                thing = stack.pop()
                try:
                    states = thing.states
                    if "focused" in states:
                        return thing
                    if not states or "visible" in states:
                        stack.extend(reversed(list(thing.children())))
                except GLib.Error:  # it went away
                    continue
        return None

    def choose_folder(self, title, folder):
        """In the dialog with that title, by typing the path."""
        pattern = re.compile(title)
        self.find(None, pattern)
        self.press("Ctrl+L")
        self.find("text", within=self.windows()[-1])
        self.type(folder)
        self.press_away("Enter")

    def open_folder(self, folder):
        self.press("Ctrl+O")
        self.choose_folder("Open a Folder", folder)
        self.find("frame", os.path.basename(folder))

    def save_as(self, path):
        """In the dialog that asks for a file's name, which stands selected."""
        before = len(self.windows())
        wait_until(lambda: self.sees("text", within=self.windows()[-1]), "the entry of a name")
        wait_until(lambda: self.focused() is not None, "the focus")

        def written():
            entry = self.focused()
            return entry is not None and entry.text == path

        # A dialog that is still coming up takes the focus away from the first keys.
        for again in (True, True, False):
            self.press("Ctrl+A")
            self.type(path)
            try:
                wait_until(written, f"“{path}” to be written", patience=5)
                break
            except Missing:
                if not again:
                    raise
        self.press_away("Enter")
        assert len(self.windows()) < before, "the dialog is still there"

    def press_away(self, keys):
        """Presses what closes a dialog, and looks away until it is gone: GTK 4.8 ends a program that
        is asked for a window in the very moment in which it hides."""
        dialog = self.server.focus()
        self.press(keys)
        wait_until(lambda: self.server.focus() != dialog, "the dialog to go")
        time.sleep(0.3)

    def choose(self, name, value):
        """In a list that drops down: opens it, and goes down to the value."""
        row = self.find_usable("combo box", name)
        shown = re.compile("^" + re.escape(value))
        self.click_on(row)
        for _ in range(20):
            time.sleep(0.3)
            self.press("Down")
            self.press("Enter")
            time.sleep(0.3)
            if self.sees("label", shown, within=self.find("combo box", name)):
                return
            self.click_on(self.find("combo box", name))
        raise Missing(f"{name} has no “{value}”")

    def gone(self, role=None, name=None, patience=PATIENCE):
        wait_until(lambda: not self.sees(role, name), f"{role} “{name}” to go", patience)

    # ---- doing ----

    def click(self, role, name, within=None, patience=PATIENCE):
        """The first such thing that can be used and clicked: rows hold their buttons' names, too."""

        def clickable():
            for thing in self.look(role, name, within):
                actions = thing.node.get_action_iface()
                if thing.sensitive and actions and any(
                    actions.get_action_name(i) in ("click", "activate", "toggle")
                    for i in range(self._count(actions))
                ):
                    return thing
            return None

        shown = name.pattern if isinstance(name, re.Pattern) else name
        thing = wait_until(clickable, f"a {role} “{shown}” that can be clicked", patience)
        thing.click()
        return thing

    @staticmethod
    def _count(actions):
        return actions.get_n_actions()

    def press(self, keys, times=1):
        """“Ctrl+Shift+Z”, “Tab”, “a”: down and up again."""
        *held, key = keys.split("+")
        for _ in range(times):
            for name in held:
                self.server.key(HELD[name], True)
            self.server.symbol(KEYS[key] if key in KEYS else ord(key.lower()))
            for name in reversed(held):
                self.server.key(HELD[name], False)
            time.sleep(0.03)

    def type(self, text):
        for letter in text:
            self.server.symbol(ord(letter))
            time.sleep(0.01)

    def tab_to(self, role, name, most=80, by="Tab"):
        """Goes there by Tab (or Shift+Tab) alone, as someone without a mouse does."""
        here = self.focused()
        for _ in range(most):
            if here is not None and fits(role, here.role) and fits(name, here.name):
                return here
            before = str(here)
            self.press(by)
            here = wait_until(self.focused, "the focus", 5)
            if str(here) == before:  # it may not have moved yet
                time.sleep(0.1)
                here = wait_until(self.focused, "the focus", 5)
        raise Missing(f"{by} does not lead to {role} “{name}”")

    def drag(self, points, button=1):
        """Along points of the display, button down; the last is where it is let go."""
        self.server.move(*points[0])
        time.sleep(0.05)
        self.server.button(button, True)
        # A hand moves steadily, and programs see some of its places only.
        for (x, y), (to_x, to_y) in zip(points, points[1:]):
            for step in range(1, 11):
                time.sleep(0.02)
                self.server.move(x + (to_x - x) * step / 10, y + (to_y - y) * step / 10)
        time.sleep(0.05)
        self.server.button(button, False)

    def point_of(self, thing, across=0.5, down=0.5):
        """A point of a thing in the window in front, on the display."""
        window = next(w for w in self.windows() if "active" in w.states or w.role != "frame")
        left, top, width, height = self.server.window_place()
        # Around the window lies its shadow, or its frame.
        edge_x, edge_y = (width - window.place[2]) // 2, (height - window.place[3]) // 2
        x, y, thing_width, thing_height = thing.place
        return (left + edge_x + x + round(thing_width * across),
                top + edge_y + y + round(thing_height * down))  # fmt: skip

    def point_at(self, thing):
        self.server.move(*self.point_of(thing))

    def click_on(self, thing, button=1):
        """With the mouse, where it is."""
        self.drag([self.point_of(thing)], button)

    def screenshot(self, path):
        subprocess.run(["import", "-window", "root", path], check=False)

    def describe(self):
        """What is on the screen, for whoever reads a failure."""
        return "\n".join(
            f"{thing.role} “{thing.name}” {sorted(thing.states)}"
            for thing in self.look()
            if thing.name and not thing.name.startswith(("Gtk", "Adw"))
        )


class Journey:
    """Steps one after the other in one program; each is one case."""

    def __init__(self, name):
        self.name = name
        self.steps = []

    def step(self, words):
        def keep(function):
            self.steps.append((words, function))
            return function

        return keep

    def run(self, arguments=(), start=True, environment=None):
        """Prints TAP; a step that fails ends the journey, and those after it fail, too."""
        me = Person(self.name.replace(" ", "-"))
        # Lines that are shown when a test hangs must be there by then.
        sys.stdout.reconfigure(line_buffering=True)
        print(f"1..{len(self.steps) + 1}")
        broken = None
        begun = time.monotonic()
        for number, (words, function) in enumerate(self.steps, 1):
            if broken is not None:
                print(f"not ok {number} - {words}")
                print(f"# not reached, as “{broken}” failed")
                continue
            try:
                if start and me.process is None:
                    me.start(arguments, environment)
                function(me)
                print(f"ok {number} - {words}")
                print(f"# {time.monotonic() - begun:.1f} s", file=sys.stderr)
            except Exception:  # pylint: disable=broad-except
                broken = words
                self._tell_failure(me, number, words)

        wrong = [
            line
            for line in (me.log.splitlines() if os.path.exists(me.log_path) else [])
            if re.search(r"-(WARNING|CRITICAL|ERROR) \*\*|Sanitizer|runtime error:", line)
            # GTK 4.8 about a question that came while what it was about went away.
            and "g_variant_is_object_path: assertion 'string != NULL'" not in line
        ]
        ended = me.process is not None and me.process.poll() not in (None, 0, -signal.SIGKILL)
        print(f"{'not ' if wrong or ended else ''}ok {len(self.steps) + 1} - no warning was logged")
        for line in wrong[:20]:
            print(f"# {line}")
        if me.process is not None and me.process.poll() is None:
            me.process.kill()
        end_trainers()

    def _tell_failure(self, me, number, words):
        print(f"not ok {number} - {words}")
        picture = os.path.join(FAILURES, f"{self.name.replace(' ', '-')}.png")
        os.makedirs(os.path.dirname(picture), exist_ok=True)
        me.screenshot(picture)
        for line in traceback.format_exc().splitlines():
            print(f"# {line}")
        print(f"# the screen is in {picture}")
        try:
            tree = me.describe() if me.process and me.process.poll() is None else "the program has ended"
        except (GLib.Error, AttributeError) as error:
            tree = str(error)
        print(tree, file=sys.stderr)
        if os.path.exists(me.log_path):
            print(me.log[-4000:], file=sys.stderr)


def end_trainers():
    """Runs go on without the window; those of this home end with the test."""
    for lock in glob.glob(os.path.join(os.environ["HOME"], "*.study", "runs", "*", "run.lock")):
        with open(lock, encoding="utf-8") as file:
            holder = file.read().strip()
        try:
            if os.path.basename(os.readlink(f"/proc/{holder}/exe")) == "phenoscape-cli":
                os.kill(int(holder), signal.SIGKILL)
        except (OSError, ValueError):
            pass


def break_file(path):
    """A file that says it is a PNG and is none."""
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n no picture follows")


def make_specimens(folder, specimens=24, species=3, size=96):
    """The built-in specimens, few and small."""
    subprocess.run(
        [COMMAND_LINE, "specimens", folder, f"--species={species}",
         f"--specimens={specimens}", f"--size={size}"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return folder
