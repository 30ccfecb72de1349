# shellcheck shell=bash
# What the scripts of this folder share. Sourced, not run.

root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)"
app="$root/lib/cli/target/resgen-cli.jar"
stamp="$root/lib/cli/target/built"
spark_home="$root/lib/spark/target/spark-home"

export OPT_OUT_TRACKING=true

# The names of files are in the encoding of the locale, for java too: under LC_ALL=C a folder named
# 猫 can be neither read nor written, whatever -Dfile.encoding or -Dsun.jnu.encoding say.
if [[ "$(locale charmap 2>/dev/null)" != UTF-8 ]]; then
  export LC_ALL=C.UTF-8
fi

say() { printf '%s\n' "$*" >&2; }

die() {
  say "error: $*"
  exit 1
}

# Where environment/gpu writes what it found.
gpu_settings() { printf '%s\n' "${RESGEN_GPU_SETTINGS:-$root/environment/gpu.env}"; }

# Sets what environment/gpu has found, and gpu to true; nothing without it, or with RESGEN_DEVICE=cpu.
load_gpu() {
  gpu=false
  local settings key value
  settings="$(gpu_settings)"
  [[ -f "$settings" && "${RESGEN_DEVICE:-auto}" != cpu ]] || return 0
  local -A found=()
  while IFS='=' read -r key value; do
    case "$key" in
      PYTORCH_LIBRARY_PATH | PYTORCH_VERSION | PYTORCH_FLAVOR | LD_LIBRARY_PATH) found[$key]="$value" ;;
      '' | '#'*) ;;
      *) die "$settings: unknown setting '$key'; environment/gpu writes it anew" ;;
    esac
  done <"$settings"
  if [[ ! -e "${found[PYTORCH_LIBRARY_PATH]:-}/libtorch.so" ]]; then
    say "note: $settings names a libtorch that is gone, so this runs on the CPU; environment/setup --gpu looks again"
    return 0
  fi
  gpu=true
  export PYTORCH_LIBRARY_PATH="${found[PYTORCH_LIBRARY_PATH]}"
  export PYTORCH_VERSION="${found[PYTORCH_VERSION]:-}" PYTORCH_FLAVOR="${found[PYTORCH_FLAVOR]:-}"
  export LD_LIBRARY_PATH="${found[LD_LIBRARY_PATH]:-}${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
}

# The class path of a program that runs on a GPU: without the libtorch of the CPU.
gpu_class_path() {
  local jar path="$root/lib/cli/target/classes"
  for jar in "$root"/lib/cli/target/lib/*.jar; do
    if [[ "$(basename -- "$jar")" != pytorch-native-cpu-* ]]; then path="$path:$jar"; fi
  done
  printf '%s\n' "$path"
}

# The java that runs everything: JAVA_HOME's if set, else the one on the path.
java_command() {
  if [[ -n "${JAVA_HOME:-}" && -x "$JAVA_HOME/bin/java" ]]; then
    printf '%s\n' "$JAVA_HOME/bin/java"
  else
    command -v java || die "no java found; run $root/environment/setup"
  fi
}

maven() {
  command -v mvn >/dev/null || die "no mvn found; run $root/environment/setup"
  mvn -B -f "$root/pom.xml" "$@"
}

# Whether the program has to be built: never built, or a source, a resource or a pom is newer than
# the last build. A folder's own time tells of removed files.
stale() {
  [[ -f "$app" && -f "$stamp" ]] || return 0
  local module newer
  local -a inputs=("$root/pom.xml")
  local -a modules=(core vision audio lab kernel cli)
  [[ -d "$spark_home" ]] && modules+=(spark)
  for module in "${modules[@]}"; do
    inputs+=("$root/lib/$module/pom.xml")
    [[ -d "$root/lib/$module/src/main" ]] && inputs+=("$root/lib/$module/src/main")
  done
  newer="$(find "${inputs[@]}" -newer "$stamp" -print -quit)"
  [[ -n "$newer" ]]
}

# Runs a build and, when it went well, remembers when it began.
with_stamp() {
  local begin
  begin="$(mktemp)"
  if "$@"; then
    touch -r "$begin" "$stamp"
    rm -f "$begin"
  else
    rm -f "$begin"
    return 1
  fi
}

build() {
  say "building ResGen (the first time fetches the libraries, about 200 MB) ..."
  local log
  local modules=lib/cli
  [[ -d "$spark_home" ]] && modules+=,lib/spark
  if ! log="$(with_stamp maven -q package -Dmaven.test.skip=true -pl "$modules" -am 2>&1)"; then
    say "$log"
    die "the build failed; the messages are above"
  fi
}

build_if_stale() {
  stale || return 0
  # Two starts at once must not build into the same folder.
  if command -v flock >/dev/null; then
    mkdir -p "$root/lib/cli/target"
    local lock
    exec {lock}>"$root/lib/cli/target/.build.lock"
    flock "$lock"
    if stale; then build; fi
    exec {lock}>&-
  else
    build
  fi
}
