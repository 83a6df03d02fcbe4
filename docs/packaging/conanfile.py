"""A recipe for Conan 2: the headers, and a component for each CMake target.

    conan create docs/packaging
"""

import os
import re

from conan import ConanFile
from conan.tools.files import copy, load


class Hubauth(ConanFile):
    name = "hubauth"
    description = "Signs a C++ program in to a model hub"
    license = "BSL-1.0"
    package_type = "header-library"
    options = {"curl": [True, False], "fmt": [True, False], "testing": [True, False]}
    default_options = {"curl": True, "fmt": False, "testing": False}
    no_copy_source = True

    @property
    def _root(self):
        return os.path.join(self.recipe_folder, "..", "..")

    def set_version(self):
        header = load(self, os.path.join(self._root, "include", "hubauth", "version.hpp"))
        self.version = re.search(r'#define HUBAUTH_VERSION "(.*)"', header).group(1)

    def export_sources(self):
        copy(self, "LICENSE", self._root, self.export_sources_folder)
        copy(self, "include/*", self._root, self.export_sources_folder)

    def requirements(self):
        self.requires("boost/[>=1.74 <2]", options={"header_only": True})
        self.requires("rapidjson/[>=cci.20220822]")
        if self.options.curl:
            self.requires("libcurl/[>=7.88 <9]")
        if self.options.fmt:
            self.requires("fmt/[>=9 <12]")
        if self.options.testing:
            self.requires("cpp-httplib/[>=0.11 <1]")

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        copy(self, "*.?pp", os.path.join(self.source_folder, "include"), os.path.join(self.package_folder, "include"))

    def package_id(self):
        self.info.clear()

    def package_info(self):
        core = self._component("core", ["boost::headers", "rapidjson::rapidjson"])
        if self.options.fmt:
            core.requires.append("fmt::fmt")
        self._component("posix", ["core"])
        if self.options.curl:
            self._component("curl", ["posix", "libcurl::libcurl"])
            self._component("hubauth", ["core", "posix", "curl"])
        if self.options.testing:
            testing = self._component("testing", ["core", "cpp-httplib::cpp-httplib"])
            testing.system_libs = ["pthread"]

    def _component(self, name, requires):
        component = self.cpp_info.components[name]
        component.set_property("cmake_target_name", "hubauth::" + name)
        component.set_property("pkg_config_name", "hubauth" if name == "hubauth" else "hubauth-" + name)
        component.bindirs = []
        component.libdirs = []
        component.requires = requires
        return component
