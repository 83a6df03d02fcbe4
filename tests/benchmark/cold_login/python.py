# SPDX-License-Identifier: BSL-1.0
"""The same login by Python with requests: reads the key, has it verified, saves it."""

import json
import os
import pathlib
import sys

import requests

key = sys.argv[1].strip().split("_")[0]
answer = requests.post(
    os.environ["ULTRALYTICS_HUB_API"] + "/v1/auth",
    headers={"x-api-key": key, "Accept": "application/json"},
    allow_redirects=False,
    timeout=(10, 30),
)
answer.raise_for_status()
if answer.json().get("success") is not True:
    sys.exit("the key was rejected")

path = pathlib.Path.home() / ".config" / "Ultralytics" / "settings.json"
settings = json.loads(path.read_text())
settings["api_key"] = key
path.write_text(json.dumps(settings, indent=2))
print("x-api-key: signed in")
