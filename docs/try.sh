#!/bin/sh
# Shows hubauth at work and checks every step: builds it, starts a hub on this machine, and signs in to it in every way.
# Uses a temporary home directory, so your own settings are not touched. Works from any directory.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."

key=open-sesame
other_key=open-barley
cookie=a-browser-s-session
token=a.token.for-it

fail() {
  echo "try.sh: $*" >&2
  exit 1
}

heading() { printf '\n== %s\n' "$*"; }

show() { printf '$ %s\n' "$*"; }

# Runs a command that must end with this exit code.
expect() {
  wanted=$1
  shift
  code=0
  "$@" || code=$?
  [ "$code" -eq 0 ] || echo "(exit code $code)"
  [ "$code" -eq "$wanted" ] || fail "the exit code should have been $wanted"
}

# Requests the hub's models with these arguments for curl; the response must have this status.
expect_status() {
  wanted=$1
  shift
  response=$(curl --silent --show-error --noproxy '*' --write-out ' (status %{http_code})' "$@" \
    "$ULTRALYTICS_HUB_API/v1/models")
  echo "$response"
  case $response in
    *"(status $wanted)") ;;
    *) fail "the status should have been $wanted" ;;
  esac
}

# Requests them with the header that `hubauth header` prints with these arguments.
expect_signed_in() {
  show "curl -H \"\$(hubauth header${*:+ $*})\" $ULTRALYTICS_HUB_API/v1/models"
  header=$(hubauth header "$@") || fail "hubauth header printed no header"
  expect_status 200 --header "$header"
}

sh tests/tools/packages.sh --try

temporary=$(mktemp -d)
end() {
  exec 3>&-  # the hub ends with its standard input
  wait
  rm -rf "$temporary"
}
trap end EXIT
trap 'exit 130' HUP INT TERM

heading "Building the command line program and the local hub in build/try; this may take a minute"
if command -v ccache >/dev/null; then export CMAKE_CXX_COMPILER_LAUNCHER="${CMAKE_CXX_COMPILER_LAUNCHER-ccache}"; fi
cmake --workflow --preset try >"$temporary/log" 2>&1 || {
  cat "$temporary/log"
  fail "the build failed"
}
PATH=$PWD/build/try/docs/examples:$PATH

heading "Starting the local hub"
mkfifo "$temporary/in" "$temporary/out"
local_hub --key "$key" --key "$other_key" --session "$cookie" "$token" <"$temporary/in" >"$temporary/out" &
exec 3>"$temporary/in"
read -r ULTRALYTICS_HUB_API <"$temporary/out" || fail "the local hub did not start"
export ULTRALYTICS_HUB_API
echo "ULTRALYTICS_HUB_API=$ULTRALYTICS_HUB_API"

HOME=$temporary
export HOME
cd "$HOME"
unset XDG_CONFIG_HOME YOLO_CONFIG_DIR HUB_API_KEY ULTRALYTICS_HUB_WEB COLAB_RELEASE_TAG COLAB_BACKEND_VERSION

heading "Not signed in"
show hubauth status
expect 1 hubauth status
show "curl $ULTRALYTICS_HUB_API/v1/models"
expect_status 401

heading "A key as the argument"
show "hubauth login $key"
expect 0 hubauth login "$key"
expect_signed_in

heading "The status"
show hubauth status
expect 0 hubauth status
show hubauth status --check --verbose
expect 0 hubauth status --check --verbose

heading "A wrong key is rejected, and the saved one stays"
show hubauth login a-wrong-key
expect 1 hubauth login a-wrong-key
expect_signed_in

heading "A key in the environment overrides the saved one"
show "HUB_API_KEY=$other_key hubauth status"
expect 0 env HUB_API_KEY="$other_key" hubauth status

heading "Signing out"
show hubauth logout
expect 0 hubauth logout
show hubauth status
expect 1 hubauth status

heading "A key on standard input"
echo "$key" >key.txt
show "hubauth login --with-key <key.txt"
expect 0 hubauth login --with-key <key.txt
expect_signed_in
expect 0 hubauth logout

heading "A browser's cookies"
printf '127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\t%s\n' "$cookie" >cookies.txt
show "hubauth login --cookies cookies.txt"
expect 0 hubauth login --cookies cookies.txt
expect_signed_in --cookies cookies.txt

heading "A key that you type"
if [ -z "${CI:-}" ] && [ "${HUBAUTH_PROMPT:-}" != 0 ] && [ -t 0 ] && (: </dev/tty) 2>/dev/null; then
  echo "Type $key and Enter; you won't see it."
  show hubauth login
  expect 0 hubauth login
  expect_signed_in
  expect 0 hubauth logout
else
  echo "Skipped: there is no interactive user. What a program gets then:"
  show "HUBAUTH_PROMPT=0 hubauth login"
  expect 1 env HUBAUTH_PROMPT=0 hubauth login
fi

heading "Every step ended as expected"
