#!/usr/bin/env bash
# Removes a deployed system, its data with it.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'HELP'
Usage: infra/azure/destroy.sh ENVIRONMENT [--group NAME] [--confirm NAME]

Removes the resource group with everything in it: the lake and its raw files too; and its workspace in Fabric, where it has one. Lists it
first, and asks for the group's name, which --confirm gives in advance. What remains for a while is listed at the end.
HELP
}

CONFIRMED=''
ARGUMENTS=()
while (($# > 0)); do
  case $1 in
    --confirm)
      CONFIRMED=${2:?--confirm needs the name of the group}
      shift
      ;;
    *) ARGUMENTS+=("$1") ;;
  esac
  shift
done
read_arguments "${ARGUMENTS[@]}"
((${#REST[@]} == 0)) || wrong_use "${REST[0]} is no option"
require_azure

EXISTS=$(az group exists --name "$GROUP")
if [[ $EXISTS != true ]]; then
  step "There is no group $GROUP in $SUBSCRIPTION."
  exit 0
fi
TAG=$(az group show --name "$GROUP" --query tags.application --output tsv)
[[ $TAG == spymaster ]] || fail "$GROUP was not made by deploy.sh: remove it by hand if it is meant."
az resource list --resource-group "$GROUP" --query '[].{name: name, type: type}' --output table
WORKSPACE=''
CAPACITIES=$(az resource list --resource-group "$GROUP" --resource-type Microsoft.Fabric/capacities --query '[].name' --output tsv)
if [[ -n $CAPACITIES ]]; then
  find_in_fabric workspaces "$WORKSPACE_NAME"
  WORKSPACE=$FOUND
  [[ -z $WORKSPACE ]] || printf 'In Fabric: the workspace %s\n' "$WORKSPACE_NAME"
fi
if [[ -z $CONFIRMED ]]; then
  [[ -t 0 ]] || fail 'Nobody can be asked here: name the group with --confirm.'
  read -r -p "All of this will be gone, the lake and its raw files too. Type $GROUP to remove it: " CONFIRMED
fi
[[ $CONFIRMED == "$GROUP" ]] || fail "Nothing was removed: $CONFIRMED is not $GROUP."
VAULTS=$(az resource list --resource-group "$GROUP" --resource-type Microsoft.KeyVault/vaults --query '[].name' --output tsv)
if [[ -n $WORKSPACE ]]; then
  step "Removing the workspace $WORKSPACE_NAME of Fabric"
  fabric delete "workspaces/$WORKSPACE" --output none
fi
step "Removing $GROUP: minutes"
az group delete --name "$GROUP" --yes
step 'Removed. Azure keeps, without cost: deleted vaults for 90 days, which nobody can shorten:'
printf '%s\n' "$VAULTS"
