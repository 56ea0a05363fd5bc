#!/usr/bin/env bash
# Makes the local image ballast.local/busybox:1 from Debian's busybox-static: a shell, httpd and the
# rest, without any registry. Does nothing when the engine has it.
#
#   scripts/image.sh [NAME]      default ballast.local/busybox:1
set -euo pipefail
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
. "$here/engine.sh"
name=${1:-ballast.local/busybox:1}
engine_ensure
export DOCKER_HOST
DOCKER_HOST=$(engine_address)
if docker image inspect "$name" >/dev/null 2>&1; then
  exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

static_busybox() {
  local found
  for found in "$(command -v busybox || true)" /bin/busybox /usr/bin/busybox; do
    if [ -n "$found" ] && [ -x "$found" ] && ! ldd "$found" >/dev/null 2>&1; then
      printf '%s\n' "$found"
      return 0
    fi
  done
  command -v apt-get >/dev/null 2>&1 || {
    echo "image: no static busybox here and no apt-get to get one; put one on PATH" >&2
    return 1
  }
  (cd "$work" && apt-get download -qq busybox-static >/dev/null 2>&1) ||
    { apt-get update -qq >/dev/null 2>&1 && (cd "$work" && apt-get download -qq busybox-static >/dev/null); } || {
      echo "image: apt-get could not download busybox-static" >&2
      return 1
    }
  dpkg -x "$work"/busybox-static_*.deb "$work/deb"
  find "$work/deb" -type f -path "*/bin/busybox" # the package has other files of that name
}

busybox=$(static_busybox)
root=$work/root
mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,etc,tmp,root,proc,sys,dev,var/run,www}
chmod 1777 "$root/tmp"
cp "$busybox" "$root/bin/busybox"
for applet in $("$busybox" --list); do
  [ "$applet" = busybox ] || ln -sf busybox "$root/bin/$applet"
done
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
tar -C "$root" -c . | docker import --change 'CMD ["sh"]' --change 'ENV PATH=/bin:/sbin:/usr/bin:/usr/sbin' - "$name" >/dev/null
echo "image: made $name" >&2
