#!/usr/bin/env bash
# scripts/upgrade.sh [COMMIT]    builds an earlier commit of this repository under target/earlier, by the same Maven,
# and has three real servers of it upgraded to this build one by one, under writes and a watch.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
commit=$(git -C "$here" rev-parse "${1:-2e9756ac31188fd93d784fb430fa8b666b2c5ed1}")
earlier="$here/target/earlier/$commit"
if [ ! -f "$earlier/built" ]; then
  rm -rf "$earlier" && mkdir -p "$earlier"
  git -C "$here" archive "$commit" | tar -x -C "$earlier"
  # Its own Maven settings; the tests are not wanted.
  (cd "$earlier" && ./mvnw -B -q -pl app -am -Dmaven.test.skip=true -Dspotless.check.skip=true package)
  touch "$earlier/built"
fi
cd "$here"
exec ./mvnw -B -q -pl app -am test -Dsurefire.failIfNoSpecifiedTests=false -Dspotless.check.skip=true \
  -Dtest=RollingUpgradeTest -Dballast.upgrade.lib="$earlier/app/target/lib"
