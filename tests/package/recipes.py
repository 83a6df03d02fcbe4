#!/usr/bin/env python3
"""Checks the recipes in docs/packaging against CMake: the version, and a Conan component for each CMake component.

    tests/package/recipes.py
"""

import collections
import json
import pathlib
import re
import sys
import types

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "docs" / "packaging"


class Component:
    """What a recipe specifies for a component."""

    def __init__(self):
        self.properties = {}
        self.requires = []

    def set_property(self, name, value):
        self.properties[name] = value


def conan_stand_in():
    """The few names of Conan that the recipe uses, so that Conan need not be installed."""
    conan, tools, files = (types.ModuleType(name) for name in ("conan", "conan.tools", "conan.tools.files"))
    conan.ConanFile = type("ConanFile", (), {"recipe_folder": str(PACKAGING), "required": ()})
    files.copy = None
    files.load = lambda _, path: pathlib.Path(path).read_text()
    sys.modules.update({"conan": conan, "conan.tools": tools, "conan.tools.files": files})


def recipe(**options):
    """The recipe with these options, after Conan has called its functions."""
    text = (PACKAGING / "conanfile.py").read_text()
    scope = {}
    exec(compile(text, "conanfile.py", "exec"), scope)
    made = scope["Hubauth"]()
    made.options = types.SimpleNamespace(**options)
    made.cpp_info = types.SimpleNamespace(components=collections.defaultdict(Component))
    made.required = []
    made.requires = lambda reference, **_: made.required.append(reference.split("/")[0])
    made.set_version()
    made.requirements()
    made.package_info()
    return made


def main():
    cmake = (ROOT / "CMakeLists.txt").read_text()
    header = (ROOT / "include" / "hubauth" / "version.hpp").read_text()
    numbers = [re.search(rf"#define HUBAUTH_VERSION_{part} (\d+)", header).group(1) for part in ("MAJOR", "MINOR", "PATCH")]
    version = re.search(r'#define HUBAUTH_VERSION "(.*)"', header).group(1)
    assert version == ".".join(numbers), f"version.hpp has {version} and {numbers}"
    names = re.search(r"set\(hubauth_components (.*)\)", cmake).group(1).split()

    vcpkg = json.loads((PACKAGING / "vcpkg.json").read_text())
    assert vcpkg["version"] == version, f"vcpkg.json has version {vcpkg['version']}, version.hpp {version}"
    assert {"curl", "testing"} <= set(vcpkg["features"]), "vcpkg.json lacks a feature"

    conan_stand_in()
    made = recipe(curl=True, fmt=True, testing=True)
    assert made.version == version, f"conanfile.py has version {made.version}, version.hpp {version}"
    components = {name: it.properties["cmake_target_name"] for name, it in made.cpp_info.components.items()}
    assert components == {name: f"hubauth::{name}" for name in names}, f"conanfile.py has {components}, CMake {names}"
    needed = {package.split("::")[0] for it in made.cpp_info.components.values() for package in it.requires}
    assert needed - set(components) == set(made.required), f"required {made.required}, used {sorted(needed)}"
    assert list(recipe(curl=False, fmt=False, testing=False).cpp_info.components) == ["core", "posix"]

    print(f"2 recipes have version {version} and the components {', '.join(sorted(components))}")


if __name__ == "__main__":
    main()
