# SPDX-License-Identifier: BSL-1.0
"""A whole login by libcurl, from a process's start to its end, against the same by hand and the same by Python.

Nothing is measured before both have given the same: exit code, output, bytes asked, files left behind.
"""

import contextlib
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time

import measure
from hub import ACCEPTED, REJECTED, Hub, response
from measure import Row, program

DIRECTORY = pathlib.Path(__file__).with_suffix("")

PYTHON = "/usr/bin/python3"  # the one whose requests is Debian's python3-requests
BUNDLE = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")

KEY = "open-sesame"
SETTINGS = """{
  "settings_version": "0.0.6",
  "datasets_dir": "/home/me/datasets",
  "sync": true,
  "api_key": "an-older-key",
  "openai_api_key": "",
  "hub": true,
  "tensorboard": false,
  "vscode_msg": true
}"""
COOKIES = "127.0.0.1\tFALSE\t/\tFALSE\t2000000000\tsession\tcrumbs\n"
TOKEN = b'{"success": true, "data": {"idToken": "a.b_c-d"}}'
IN_COLAB = {"COLAB_RELEASE_TAG": "release"}


def case(argument=KEY, answer=None, settings=SETTINGS, typed="", cookies=None, **variables):
    return argument, answer, settings, typed, cookies, variables


def respond(body, *more, **fields):
    return case(answer=response(body, *more, **fields))


def saved(settings):
    return case(settings=settings)


# What both must do alike.
CASES = {
    "a new key": case(),
    "a key with a model's id": case(f" {KEY}_model-1\n"),
    "a Platform key": case("ul_some_key"),
    "no settings": saved(None),
    "a key that is saved": case(settings=json.dumps({"api_key": KEY + "_model"}), answer=response(REJECTED)),
    "a null key, its name escaped": saved(r'{"a": [1e5, {}], "\u0061pi_key" :  null, "z": "\u00e9"}'),
    "two keys in the settings": saved('{"api_key": "", "api_key": ""}'),
    "settings cut short": saved(SETTINGS[:40]),
    "settings without a key": saved("{}"),
    "a key that is a number": saved('{"api_key": 1}'),
    "the variable's key": case("", HUB_API_KEY=KEY),
    "the variable's key, not accepted": case("", HUB_API_KEY="shut-sesame"),
    "the saved key": case(""),
    "the browser's session": case("", response(TOKEN), None, cookies=COOKIES, **IN_COLAB),
    "the browser's session, over": case("", response(REJECTED), None, cookies=COOKIES, **IN_COLAB),
    "the browser's session, no token": case("", response(ACCEPTED), None, cookies=COOKIES, **IN_COLAB),
    "no browser": case("", None, None, cookies=COOKIES),
    "no key": case(" ", None, None),
    "the third key that is typed": case("", None, None, f"shut-sesame\nshut sesame\n{KEY}\n"),
    "three keys that are typed": case("", None, None, "shut-sesame\n\nshut-sesame\n" + KEY),
    "no user to prompt": case("", None, None, KEY, HUBAUTH_PROMPT="0"),
    "a malformed key": case("open sesame"),
    "a key of a model's id alone": case("_model"),
    "a malformed model's id": case("key_mo del"),
    "a key that is too long": case("k" * 513),
    "a rejected key": case("shut-sesame"),
    "401": respond(REJECTED, "401 Unauthorized"),
    "401 with a page": respond(b"<html>", "401 Unauthorized"),
    "404 and success": respond(ACCEPTED, "404 Not Found"),
    "302": respond(ACCEPTED, "302 Found", "Location: /v1/models\r\n"),
    "429": respond(REJECTED, "429 Too Many Requests", "Retry-After: 5\r\n"),
    "503": respond(ACCEPTED, "503 Service Unavailable"),
    "no JSON": respond(b"<html>"),
    "success is text": respond(b'{"success": "true"}'),
    "success is said twice": respond(b'{"success": false, "success": true}'),
    "success is deeper": respond(b'{"data": {"success": true}}'),
    "a list": respond(b'[{"success": true}]'),
    "a NUL": respond(ACCEPTED + b"\0"),
    "17 levels": respond(b'{"success": true, "a": ' + b"[" * 16 + b"]" * 16 + b"}"),
    "no UTF-8": respond(b'{"success": true, "message": "\xff"}'),
    "a body that is too large": respond(ACCEPTED + b" " * 65536),
    "a header that is too large": respond(ACCEPTED, fields=f"a: {'x' * 1000}\r\n" * 70),
    "a hang-up": case(answer=b"HTTP/1.1 200 OK\r\n"),
    "http elsewhere": case(ULTRALYTICS_HUB_API="http://hub.example"),
    "a name in the URL": case(ULTRALYTICS_HUB_API="https://127.0.0.1@hub.example"),
    "no server": case(ULTRALYTICS_HUB_API="http://127.0.0.1:1"),
}


class Login:
    """A login that can be run again and again, each time as if for the first."""

    def __init__(self, command, hub, home, bundle=None):
        self.command, self.hub, self.home = [str(word) for word in command], hub, pathlib.Path(home)
        self.settings = self.home / ".config" / "Ultralytics"
        self.variables = {"HOME": str(home), "PATH": os.defpath, "ULTRALYTICS_HUB_API": hub.root}
        if bundle:  # the system's authorities and the hub's: what a login over TLS has to read
            self.variables |= {"BENCHMARK_CA_FILE": str(bundle), "REQUESTS_CA_BUNDLE": str(bundle)}

    def put_settings(self, text):
        self.settings.mkdir(parents=True, exist_ok=True)
        for file in self.settings.iterdir():
            file.unlink()
        if text is not None:
            (self.settings / "settings.json").write_text(text)

    def outcome(self, argument, answer, settings, typed, cookies, variables):
        """All that others see of it."""
        self.put_settings(settings)
        self.hub.script = answer
        self.hub.take()
        arguments = [argument]
        if cookies:
            (self.home / "cookies.txt").write_text(cookies)
            arguments.append(str(self.home / "cookies.txt"))
        done = subprocess.run(
            [*self.command, *arguments], input=typed, capture_output=True, text=True, env=self.variables | variables
        )
        self.hub.script = None
        files = {file.name: (oct(file.stat().st_mode), file.read_text()) for file in self.settings.iterdir()}
        return {"exit code": done.returncode, "output": done.stdout, "asked": self.hub.take()[0], "files": files}

    def seconds(self):
        """From the process's start to its end."""
        self.put_settings(SETTINGS)
        quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
        start = time.perf_counter()
        child = os.posix_spawn(self.command[0], [*self.command, KEY], self.variables, file_actions=quiet)
        _, status = os.waitpid(child, 0)
        taken = time.perf_counter() - start
        if status:
            raise SystemExit(f"{self.command} ended with status {status}")
        return taken

    def instructions(self):
        self.put_settings(SETTINGS)
        return measure.instructions([*self.command, KEY], env=self.variables)


def must(holds, what):
    if not holds:
        raise SystemExit(f"not comparable: {what}")


def compare(ours, by_hand):
    """Ends the run unless both do the same in every case."""
    for name, given in CASES.items():
        one, other = ours.outcome(*given), by_hand.outcome(*given)
        for what in one:
            must(one[what] == other[what], f"{name}: {what}: {one[what]} by hubauth, {other[what]} by hand")
    signed_in = ours.outcome(*CASES["a new key"])
    must(signed_in["output"] == "x-api-key: signed in\n" and KEY in signed_in["files"]["settings.json"][1], signed_in)


def compare_with_python(ours, python):
    """The same in what the three steps are about: Python sends other fields besides, and lays out the file anew."""

    def gist(login):
        outcome = login.outcome(*case())
        line, *fields = outcome["asked"][0].split(b"\r\n")
        sent = {field for field in fields if field.lower().startswith((b"x-api-key:", b"accept:", b"content-length:"))}
        return outcome["exit code"], outcome["output"], line, sent, json.loads(outcome["files"]["settings.json"][1])

    must(gist(ours) == gist(python), f"{gist(ours)} by hubauth, {gist(python)} by Python")


def cold(hub, bundle, protocol, counted_only):
    """A whole process that signs in with a new key, over one protocol."""
    with tempfile.TemporaryDirectory() as home:
        ours = Login([program("cold_ours")], hub, home, bundle)
        by_hand = Login([program("cold_by_hand")], hub, home, bundle)
        if protocol == "http":
            compare(ours, by_hand)
        figures = measure.in_turn(2, Login.instructions, ours, by_hand)
        yield Row("P10", f"cold login / the same by hand, {protocol}", "instructions", *figures, 1.04, 1.02)
        if counted_only:
            return
        python = Login([PYTHON, DIRECTORY / "python.py"], hub, home, bundle)
        compare_with_python(ours, python)
        figures = measure.in_turn(20, Login.seconds, ours, python)
        yield Row("P11", f"cold login / Python with requests, {protocol}", "s", *figures, 0.12, 0.08, timed=True)


@contextlib.contextmanager
def https_hub():
    """A hub with a certificate of its own, and the system's authorities with that one among them."""
    with tempfile.TemporaryDirectory() as temporary:
        directory = pathlib.Path(temporary)
        files = "-keyout", directory / "key.pem", "-out", directory / "certificate.pem"
        name = "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"
        key = "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"
        measure.run(["openssl", "req", "-x509", *key, "-days", "1", *name, *files])
        certificate = (directory / "certificate.pem").read_text()
        (directory / "both.pem").write_text((directory / "key.pem").read_text() + certificate)
        (directory / "bundle.pem").write_text(BUNDLE.read_text() + certificate)
        with Hub(KEY, directory / "both.pem") as hub:
            yield hub, directory / "bundle.pem"


def attempts(hub, bundle, counted_only):
    """Three attempts at the prompt over TLS, with one libcurl handle and with a handle for each attempt."""
    asked, connections = {}, {}

    def seconds(side):
        hub.take()
        taken = int(measure.run([program("attempts"), side, hub.root, bundle])) / 1e9
        asked[side], connections[side] = hub.take()
        return taken

    sides = "ours", "a_handle_each"
    for side in sides:
        seconds(side)
    must(len(asked["ours"]) == 3 and asked["ours"] == asked["a_handle_each"], asked)
    yield Row("P12", "connections of three attempts at the prompt over TLS", "connections", connections["ours"], None, 1, 1)
    if not counted_only:
        figures = measure.in_turn(20, seconds, *sides)
        yield Row("P12", "three attempts over TLS / a handle for each attempt", "s", *figures, 0.65, 0.5, timed=True)


def rows(counted_only):
    with Hub(KEY) as hub:
        yield from cold(hub, None, "http", counted_only)
    with https_hub() as (hub, bundle):
        yield from cold(hub, bundle, "https", counted_only)
        yield from attempts(hub, bundle, counted_only)
