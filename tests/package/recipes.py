#!/usr/bin/env python3
"""Checks the recipes in docs/packaging against CMakeLists.txt: the version, and a Conan component for each target.

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
    """What a recipe tells of a component."""

    def __init__(self):
        self.properties = {}
        self.requires = []

    def set_property(self, name, value):
        self.properties[name] = value


def conan_stand_in():
    """The few names of Conan's that the recipe uses, since Conan need not be here."""
    conan, tools, files = (types.ModuleType(name) for name in ("conan", "conan.tools", "conan.tools.files"))
    conan.ConanFile = type("ConanFile", (), {"recipe_folder": str(PACKAGING), "required": ()})
    files.copy = None
    files.load = lambda _, path: pathlib.Path(path).read_text()
    sys.modules.update({"conan": conan, "conan.tools": tools, "conan.tools.files": files})


def recipe(**options):
    """The recipe with these options, after Conan has asked it for all that it tells."""
    text = (PACKAGING / "conanfile.py").read_text()
    scope = {}
    exec(compile(text, "conanfile.py", "exec"), scope)
    told = scope["Hubauth"]()
    told.options = types.SimpleNamespace(**options)
    told.cpp_info = types.SimpleNamespace(components=collections.defaultdict(Component))
    told.required = []
    told.requires = lambda reference, **_: told.required.append(reference.split("/")[0])
    told.set_version()
    told.requirements()
    told.package_info()
    return told


def main():
    cmake = (ROOT / "CMakeLists.txt").read_text()
    version = re.search(r"project\(hubauth VERSION ([0-9.]+)", cmake).group(1)
    targets = dict(pair.split(":") for pair in re.search(r"IN ITEMS (core:[^)]*)\)", cmake).group(1).split())
    for component, target in targets.items():
        exported = re.search(rf"set_target_properties\({target} PROPERTIES EXPORT_NAME (\w+)\)", cmake)
        targets[component] = "hubauth::" + (exported.group(1) if exported else target)

    vcpkg = json.loads((PACKAGING / "vcpkg.json").read_text())
    assert vcpkg["version"] == version, f"vcpkg.json has version {vcpkg['version']}, CMakeLists.txt {version}"
    assert set(targets) - {"core"} <= set(vcpkg["features"]), f"vcpkg.json lacks one of {sorted(targets)}"

    conan_stand_in()
    told = recipe(curl=True, fmt=True, testing=True)
    assert told.version == version, f"conanfile.py has version {told.version}, CMakeLists.txt {version}"
    components = {name: it.properties["cmake_target_name"] for name, it in told.cpp_info.components.items()}
    assert components == targets, f"conanfile.py has {components}, CMakeLists.txt {targets}"
    for name, it in told.cpp_info.components.items():
        pc = it.properties["pkg_config_name"]
        assert (PACKAGING / f"{pc}.pc.in").exists(), f"component {name} is {pc} for pkg-config, which CMake installs not"
    needed = {package.split("::")[0] for it in told.cpp_info.components.values() for package in it.requires}
    assert needed - set(components) == set(told.required), f"required {told.required}, used {sorted(needed)}"
    assert list(recipe(curl=False, fmt=False, testing=False).cpp_info.components) == ["core"]

    print(f"2 recipes are of {version}, with the components {', '.join(sorted(components))}")


if __name__ == "__main__":
    main()
