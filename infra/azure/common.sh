# What deploy.sh, verify.sh, destroy.sh and promote.sh share; sourced by them.

set -euo pipefail
export AZURE_CORE_ONLY_SHOW_ERRORS=true
# The ml extension is installed when it is first needed.
export AZURE_EXTENSION_USE_DYNAMIC_INSTALL=yes_without_prompt

AZURE_FOLDER=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROJECT=$(cd "$AZURE_FOLDER/../.." && pwd)

step() { printf '==> %s\n' "$*" >&2; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}
wrong_use() {
  printf 'error: %s (run with --help)\n' "$*" >&2
  exit 2
}

# Asks on a terminal; without one, or with --yes, what was asked is not needed or an error.
confirm() {
  [[ ${YES:-false} == true ]] && return
  [[ -t 0 ]] || fail "$1 Nobody can be asked here: run with --yes once you have read the above."
  local answer
  read -r -p "$1 [y/N] " answer
  [[ $answer == [yY]* ]] || fail 'Nothing was changed.'
}

FABRIC=https://api.fabric.microsoft.com/v1/
# What Fabric answers. Arguments: method; path; and further ones of az rest.
fabric() { az rest --method "$1" --url "$FABRIC$2" --resource https://api.fabric.microsoft.com "${@:3}"; }

# Id of what Fabric lists under a name, as FOUND; empty where there is none. Arguments: the list, such as workspaces; the name.
find_in_fabric() {
  local path=$1 name=$2 text next
  FOUND=''
  while [[ -n $path ]]; do
    text=$(fabric get "$path" --query "[continuationUri || '', value[?displayName=='$name'].id | [0] || '']" --output tsv) || return
    { read -r next && read -r FOUND; } <<<"$text"$'\n'
    [[ -z $FOUND && -n $next ]] || return 0
    path=${next#"$FABRIC"}
  done
}

# Whether there is an az, and somebody is signed in.
require_azure() {
  command -v az >/dev/null || fail 'The Azure command line (az) is missing: see https://aka.ms/install-azure-cli'
  SUBSCRIPTION=$(az account show --query name --output tsv) ||
    fail 'Nobody is signed in to Azure: run `az login`, and `az account set --subscription NAME` if you have several.'
}

# Takes the environment and the options all scripts have from the command line; what is left is in REST.
read_arguments() {
  ENVIRONMENT='' GROUP='' YES=false REST=()
  while (($# > 0)); do
    case $1 in
      -h | --help)
        usage
        exit 0
        ;;
      --group)
        GROUP=${2:?--group needs a name}
        shift
        ;;
      --yes) YES=true ;;
      -*) REST+=("$1") ;;
      *) if [[ -z $ENVIRONMENT ]]; then ENVIRONMENT=$1; else REST+=("$1"); fi ;;
    esac
    shift
  done
  [[ $ENVIRONMENT =~ ^[a-z0-9]{2,6}$ ]] || wrong_use 'the environment is missing, such as dev or prod'
  GROUP=${GROUP:-rg-spymaster-$ENVIRONMENT}
  # In Fabric, of everything that runs there.
  WORKSPACE_NAME=${GROUP#rg-}
}

# Reads outputs of the last deployment into variables of the same names, lists separated by spaces: `read_outputs vault apps[]`. One question
# for all of them, since each takes seconds.
read_outputs() {
  local name query='' text values k=0
  for name in "$@"; do
    if [[ $name == *'[]' ]]; then
      query+="${query:+, }join(' ', properties.outputs.${name%'[]'}.value)"
    else
      query+="${query:+, }properties.outputs.$name.value"
    fi
  done
  text=$(az deployment group show --resource-group "$GROUP" --name spymaster --query "[$query]" --output tsv)
  mapfile -t values <<<"$text"
  for name in "$@"; do
    # An empty line at the end is lost.
    [[ ${values[k]:-} != None ]] || fail "The deployment does not say its $name: deploy it again."
    printf -v "${name%'[]'}" '%s' "${values[k]:-}"
    k=$((k + 1))
  done
}
