#!/usr/bin/env bash
# From an empty subscription to a running system, and from a running one to the next version. Safe to repeat.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'HELP'
Usage: infra/azure/deploy.sh ENVIRONMENT [options] [PARAMETER=VALUE...]

Deploys infra/azure/main.bicep with ENVIRONMENT.parameters.json, such as dev or prod: shows first what would change, and asks. What is
committed is built to an image in the registry. It may be run again at any time.

With fabric=true the eventhouse and the dashboard of infra/fabric are published to a workspace of Microsoft Fabric, which takes Python with pip.

Options:
  --group NAME      resource group (default: rg-spymaster-ENVIRONMENT)
  --location NAME   region of a group that is not there yet (default: westus2)
  --yes             ask nothing
  -h, --help        show this

PARAMETER=VALUE takes the place of what the file says, such as liveFeed=false; a list is JSON: alertEmails='["desk@example.com"]'.

Secrets that the vault does not have yet come from DATABENTO_API_KEY, TEMPORAL_API_KEY, or the files TEMPORAL_TLS_CLIENT_CERT_PATH and
TEMPORAL_TLS_CLIENT_KEY_PATH, or are asked for. The token of the gateway, the password of a database and the key of payloads are drawn; the secret of a registration
in Entra ID (gatewayClientId) is made there, and the address to which its sign-in leads back is added to it.
HELP
}

LOCATION=westus2
ARGUMENTS=()
while (($# > 0)); do
  case $1 in
    --location)
      LOCATION=${2:?--location needs a name}
      shift
      ;;
    *) ARGUMENTS+=("$1") ;;
  esac
  shift
done
read_arguments "${ARGUMENTS[@]}"
PARAMETERS=("$AZURE_FOLDER/$ENVIRONMENT.parameters.json")
[[ -f ${PARAMETERS[0]} ]] || wrong_use "there is no ${PARAMETERS[0]}"
for given in "${REST[@]}"; do
  [[ $given =~ ^[a-zA-Z]+=. ]] || wrong_use "$given is neither an option nor PARAMETER=VALUE"
done

PROVIDERS=(
  Microsoft.App Microsoft.ContainerRegistry Microsoft.DBforPostgreSQL Microsoft.EventHub Microsoft.Insights Microsoft.KeyVault
  Microsoft.MachineLearningServices Microsoft.ManagedIdentity Microsoft.Network Microsoft.OperationalInsights Microsoft.Storage
)
SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT
umask 077

# What a parameter is given as: by the command line, or else by the file; nothing where neither names it.
asked() {
  local given value
  value=$(tr -d ' \n' <"${PARAMETERS[0]}" | sed -n "s/.*\"$1\":{\"value\":\([^}]*\)}.*/\1/p")
  for given in "${REST[@]}"; do [[ $given != "$1="* ]] || value=${given#*=}; done
  printf '%s' "$value"
}

register_providers() {
  local provider registered
  [[ $(asked fabric) != true ]] || PROVIDERS+=(Microsoft.Fabric)
  [[ $(asked databricks) != true ]] || PROVIDERS+=(Microsoft.Databricks)
  [[ $(asked purview) != true ]] || PROVIDERS+=(Microsoft.Purview)
  registered=$(az provider list --query "[?registrationState == 'Registered'].namespace" --output tsv)
  for provider in "${PROVIDERS[@]}"; do
    grep -qixF "$provider" <<<"$registered" && continue
    step "Registering $provider with the subscription"
    az provider register --namespace "$provider" --wait
  done
}

ensure_group() {
  local exists
  exists=$(az group exists --name "$GROUP")
  [[ $exists != true ]] || return 0
  confirm "Make the resource group $GROUP in $LOCATION?"
  az group create --name "$GROUP" --location "$LOCATION" --tags application=spymaster "environment=$ENVIRONMENT" --output none
}

# Who deploys: writes secrets, and the lake's first file.
find_operator() {
  local kind name found
  kind=$(az account show --query user.type --output tsv)
  if [[ $kind == servicePrincipal ]]; then
    name=$(az account show --query user.name --output tsv)
    OPERATOR=$(az ad sp show --id "$name" --query id --output tsv)
    OPERATOR_TYPE=ServicePrincipal
    OPERATOR_NAME=$OPERATOR
  else
    found=$(az ad signed-in-user show --query '[id, userPrincipalName]' --output tsv)
    { read -r OPERATOR && read -r OPERATOR_NAME; } <<<"$found"
    OPERATOR_TYPE=User
  fi
}

# What is there already and must not be undone.
find_present() {
  local starts endpoints
  starts=$(az consumption budget list --resource-group "$GROUP" --query '[0].timePeriod.startDate' --output tsv)
  BUDGET_START=${starts:0:10}
  BUDGET_START=${BUDGET_START:-$(date -u +%Y-%m-01)}
  endpoints=$(az resource list --resource-group "$GROUP" \
    --resource-type Microsoft.MachineLearningServices/workspaces/onlineEndpoints --query 'length(@)' --output tsv)
  ENDPOINT_EXISTS=true
  [[ $endpoints != 0 ]] || ENDPOINT_EXISTS=false
}

# Shows what would change, asks, and deploys. Arguments: what is deployed, in words; then PARAMETER=VALUE.
deploy() {
  local what=$1
  shift
  local all=("@${PARAMETERS[0]}" "operatorObjectId=$OPERATOR" "operatorType=$OPERATOR_TYPE"
    "operatorName=$OPERATOR_NAME" "budgetStart=$BUDGET_START"
    "scoringEndpointExists=$ENDPOINT_EXISTS" "$@" "${REST[@]}")
  step "What would change: $what"
  az deployment group what-if --resource-group "$GROUP" --name spymaster --template-file "$AZURE_FOLDER/main.bicep" \
    --parameters "${all[@]}" --exclude-change-types Ignore NoChange Unsupported
  confirm "Deploy $what to $GROUP of $SUBSCRIPTION?"
  step "Deploying $what: minutes, the first time up to half an hour"
  az deployment group create --resource-group "$GROUP" --name spymaster --template-file "$AZURE_FOLDER/main.bicep" \
    --parameters "${all[@]}" --output none
}

# Tries until a role that was just given holds: that takes minutes.
until_allowed() {
  local tries
  for ((tries = 1; tries <= ${SPYMASTER_DEPLOY_TRIES:-30}; tries++)); do
    if "$@" 2>"$SCRATCH/refused"; then return; fi
    ((tries == 1)) && step 'Waiting for roles that were just given to hold'
    sleep "${SPYMASTER_DEPLOY_PAUSE:-20}"
  done
  cat "$SCRATCH/refused" >&2
  fail "still refused: $*"
}

# Puts the secret NAME into the file FILE: drawn, from the environment, or asked for.
obtain_secret() {
  local name=$1 file=$2 value=''
  case $name in
    gateway-token | temporal-database-password) value=$(openssl rand -hex 24) ;;
    payload-key) value=$(openssl rand -base64 32) ;;
    gateway-client-secret)
      value=$(az ad app credential reset --id "$gatewayClientId" --append --display-name "$GROUP" --years 2 --query password --output tsv)
      ;;
    databento-api-key) value=${DATABENTO_API_KEY:-} ;;
    temporal-api-key) value=${TEMPORAL_API_KEY:-} ;;
    temporal-client-cert) [[ -z ${TEMPORAL_TLS_CLIENT_CERT_PATH:-} ]] || value=$(<"$TEMPORAL_TLS_CLIENT_CERT_PATH") ;;
    temporal-client-key) [[ -z ${TEMPORAL_TLS_CLIENT_KEY_PATH:-} ]] || value=$(<"$TEMPORAL_TLS_CLIENT_KEY_PATH") ;;
  esac
  if [[ -z $value && -t 0 ]]; then
    read -r -s -p "$name: " value
    printf '\n' >&2
  fi
  if [[ -z $value ]]; then
    local hint='see --help for where it is looked for'
    [[ $name == databento-api-key ]] && hint+='; or deploy with liveFeed=false'
    fail "The secret $name is missing: $hint."
  fi
  printf '%s' "$value" >"$file"
}

ensure_secrets() {
  local present name
  until_allowed az keyvault secret list --vault-name "$vault" --query '[].name' --output tsv >"$SCRATCH/present"
  present=$(<"$SCRATCH/present")
  for name in $secretsNeeded; do
    grep -qx "$name" <<<"$present" && continue
    step "Secret $name"
    obtain_secret "$name" "$SCRATCH/secret"
    az keyvault secret set --vault-name "$vault" --name "$name" --file "$SCRATCH/secret" --encoding utf-8 --output none
    rm "$SCRATCH/secret"
  done
}

# Task queues carry the lake's id, and what starts workers looks at those: so it is drawn before the first of them writes.
ensure_lake() {
  local exists at=(--account-name "$storageAccount" --file-system lake --path lake.json --auth-mode login)
  until_allowed az storage fs file exists "${at[@]}" --query exists --output tsv >"$SCRATCH/exists"
  exists=$(<"$SCRATCH/exists")
  if [[ $exists == true ]]; then
    az storage fs file download "${at[@]}" --destination "$SCRATCH/lake.json" --overwrite true --output none
  else
    step 'A new lake'
    printf '{"id":"spymaster-%s-%s"}\n' "$ENVIRONMENT" "$(openssl rand -hex 3)" >"$SCRATCH/lake.json"
    az storage fs file upload "${at[@]}" --source "$SCRATCH/lake.json" --if-none-match '*' --output none
  fi
  LAKE_ID=$(sed -n 's/.*"id" *: *"\([a-z0-9-]*\)".*/\1/p' "$SCRATCH/lake.json")
  [[ -n $LAKE_ID ]] || fail "lake.json in $storageAccount does not say which lake it is"
}

ensure_image() {
  local changes tag found
  changes=$(git -C "$PROJECT" status --porcelain)
  [[ -z $changes ]] || fail 'There are changes that are not committed: an image is named by its commit.'
  tag=$(git -C "$PROJECT" rev-parse --short=12 HEAD)
  IMAGE=spymaster:$tag
  found=$(az acr repository list --name "$registry" --query "contains(@, 'spymaster')" --output tsv)
  if [[ $found == true ]]; then
    found=$(az acr repository show-tags --name "$registry" --repository spymaster --query "contains(@, '$tag')" --output tsv)
  fi
  [[ $found != true ]] || return 0
  step "Building $IMAGE in $registry: some minutes"
  az acr build --registry "$registry" --image "$IMAGE" --file "$PROJECT/infra/containers/Dockerfile" --platform linux/amd64 "$PROJECT"
}

# Sign-in leads back only to addresses that the registration names.
ensure_redirect() {
  local address=$gatewayUrl/login/callback known
  known=$(az ad app show --id "$gatewayClientId" --query web.redirectUris --output tsv)
  grep -qxF "$address" <<<"$known" && return
  step "Sign-in at $gatewayClientId leads back to $address"
  # shellcheck disable=SC2086 # An address a word.
  az ad app update --id "$gatewayClientId" --web-redirect-uris $known "$address" --output none
}

# The workspace on this system's capacity, as WORKSPACE.
ensure_workspace() {
  local capacity tries
  for ((tries = 1; tries <= ${SPYMASTER_DEPLOY_TRIES:-30}; tries++)); do
    find_in_fabric capacities "$fabricCapacity"
    [[ -z $FOUND ]] || break
    ((tries == 1)) && step "Waiting for Fabric to know the capacity $fabricCapacity"
    sleep "${SPYMASTER_DEPLOY_PAUSE:-20}"
  done
  capacity=$FOUND
  [[ -n $capacity ]] || fail "Fabric shows you no capacity $fabricCapacity: its administrators are the operator and fabricAdministrators."
  find_in_fabric workspaces "$WORKSPACE_NAME"
  WORKSPACE=$FOUND
  if [[ -z $WORKSPACE ]]; then
    confirm "Make the workspace $WORKSPACE_NAME in Fabric?"
    WORKSPACE=$(fabric post workspaces --body "{\"displayName\": \"$WORKSPACE_NAME\", \"capacityId\": \"$capacity\"}" --query id --output tsv)
    return
  fi
  FOUND=$(fabric get "workspaces/$WORKSPACE" --query capacityId --output tsv)
  [[ $FOUND != "$capacity" ]] || return 0
  confirm "Move the workspace $WORKSPACE_NAME of Fabric to the capacity $fabricCapacity?"
  fabric post "workspaces/$WORKSPACE/assignToCapacity" --body "{\"capacityId\": \"$capacity\"}" --output none
}

# Eventhouse and dashboard: those that are there become as they are in infra/fabric.
publish_fabric() {
  local python=$SCRATCH/fabric/bin/python
  step "Reading what is published to Fabric, by Microsoft's fabric-cicd"
  python3 -m venv "$SCRATCH/fabric"
  "$python" -m pip install --quiet --disable-pip-version-check fabric-cicd==1.4.0
  export SPYMASTER_LAKE_URL=$lake
  "$python" "$PROJECT/infra/fabric/deploy.py" "$WORKSPACE" --check >"$SCRATCH/items"
  sed -n '$p' "$SCRATCH/items" | "$python" -c 'import json, sys; print("\n".join("  " + item for item in json.load(sys.stdin)))'
  confirm "Publish them to the workspace $WORKSPACE_NAME?"
  "$python" "$PROJECT/infra/fabric/deploy.py" "$WORKSPACE"
}

# Namespace and search attributes of a Temporal server in the group, and the lake's schedules.
apply_schedules() {
  local run state tries
  step 'Applying schedules'
  run=$(az containerapp job start --resource-group "$GROUP" --name "$setupJob" --query name --output tsv)
  for ((tries = 1; tries <= ${SPYMASTER_DEPLOY_TRIES:-30}; tries++)); do
    state=$(az containerapp job execution show --resource-group "$GROUP" --name "$setupJob" --job-execution-name "$run" \
      --query properties.status --output tsv)
    [[ $state != Succeeded ]] || return 0
    [[ $state == Failed || $state == Degraded ]] && break
    sleep "${SPYMASTER_DEPLOY_PAUSE:-20}"
  done
  fail "The schedules were not applied ($state): \`az containerapp job logs show --resource-group $GROUP --name $setupJob --execution $run --container spymaster\` tells why."
}

require_azure
step "Subscription $SUBSCRIPTION, group $GROUP"
register_providers
ensure_group
find_operator
find_present
if [[ $(asked privateNetwork) == true && -z $(asked operatorAddress) ]]; then
  step 'Vault and lake will be reached from within the private network alone: deploy from there, or with operatorAddress=IP'
fi
deploy 'everything but the processes'
read_outputs vault secretsNeeded[] storageAccount registry gatewayClientId lake fabricCapacity
ensure_secrets
ensure_lake
ensure_image
# What was made a moment ago is there now.
find_present
deploy "the processes, $IMAGE" "image=$IMAGE" "lakeId=$LAKE_ID"
read_outputs setupJob gatewayUrl
[[ -z $gatewayClientId ]] || ensure_redirect
apply_schedules
if [[ -n $fabricCapacity ]]; then
  ensure_workspace
  publish_fabric
fi
step "Running: $gatewayUrl"
step "Its token: az keyvault secret show --vault-name $vault --name gateway-token --query value --output tsv"
step "Files come into its lake by: SPYMASTER_LAKE=$lake ./spymaster import FILE_OR_FOLDER..."
step "Whether all of it works: infra/azure/verify.sh $ENVIRONMENT --group $GROUP"
