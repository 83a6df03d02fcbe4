# SPDX-License-Identifier: BSL-1.0
"""A model of two releases of the Python package, from its documented rules alone.

On every start, the package reads the settings file, resets it if its set of keys, a value's type or its version is not
what that release expects, and rewrites it in place, without a lock that other programs know."""

import json
import os

VERSION = "0.0.7"
DEFAULTS = {
    "layout": VERSION, "data_folder": "/home/someone/d\u00e4ta sets", "model_folder": "/home/someone/models",
    "output_folder": "C:\\Users\\someone\\runs \"old\"", "installation": "5f6b2c0e9d", "share_statistics": True,
    "api_key": "", "second_api_key": "", "board_a": True, "board_b": False, "board_c": True, "tracker_a": True,
    "tracker_b": True, "tracker_c": True, "tuner": True, "notebook": True, "hub": True, "editor_msg": True}


class Release:
    """The settings as one release expects them."""

    def __init__(self, defaults):
        self.defaults = defaults
        self.name = f"{len(defaults)} keys"

    def text(self, key, **changes):
        """The text of a file that this release wrote."""
        return json.dumps(self.defaults | {"api_key": key} | changes, indent=2)

    def expects(self, text):
        """True if the release accepts the text; otherwise it resets the file, and the key is lost."""
        try:
            found = json.loads(text)
        except ValueError:
            return False
        return (isinstance(found, dict) and found.keys() == self.defaults.keys() and
                all(type(found[name]) is type(value) for name, value in self.defaults.items()) and
                found["layout"] == VERSION)


RELEASES = [Release(DEFAULTS), Release(DEFAULTS | {"assistant_msg": False})]


class InPlaceWriter:
    """A file that is being rewritten in place: empty at first, then half written, then complete."""

    def __init__(self, path, text):
        self.rest = text.encode()
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)

    def write_half(self):
        written = os.write(self.file, self.rest[:len(self.rest) // 2])
        self.rest = self.rest[written:]

    def finish(self):
        os.write(self.file, self.rest)
        os.close(self.file)


def rewrite(path, text):
    InPlaceWriter(path, text).finish()
