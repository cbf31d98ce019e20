#!/usr/bin/env bash
# Whether what is deployed works: every check is made, whatever became of those before.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'HELP'
Usage: infra/azure/verify.sh ENVIRONMENT [--group NAME]

Looks at everything that infra/azure/deploy.sh has deployed, and changes nothing. A line a check; exit code 1 if one of them fails.
HELP
}

read_arguments "$@"
((${#REST[@]} == 0)) || wrong_use "${REST[0]} is no option"
require_azure

FAILED=0
# Arguments: what is checked; what is expected (a pattern of bash); then the command that says how it is.
check() {
  local what=$1 expected=$2 got
  shift 2
  if ! got=$("$@" 2>&1); then
    printf 'FAILED  %s: %s\n' "$what" "${got##*$'\n'}"
    FAILED=$((FAILED + 1))
    return
  fi
  # shellcheck disable=SC2053 # A pattern is meant.
  if [[ $got == $expected ]]; then
    printf 'ok      %s: %s\n' "$what" "${got//$'\n'/ }"
  else
    printf 'FAILED  %s: %s, not %s\n' "$what" "${got:-nothing}" "$expected"
    FAILED=$((FAILED + 1))
  fi
}

check 'deployment' Succeeded az deployment group show --resource-group "$GROUP" --name spymaster --query properties.provisioningState --output tsv
((FAILED == 0)) || fail "Nothing else can be looked at: deploy with infra/azure/deploy.sh $ENVIRONMENT first."

read_outputs storageAccount vault eventHubsHost gatewayUrl secretsNeeded[] apps[] machineLearningWorkspace scoringEndpoint gatewayClientId fabricCapacity
check 'lake: directories of its own' true az storage account show --resource-group "$GROUP" --name "$storageAccount" --query isHnsEnabled --output tsv
check 'lake: no shared keys' false az storage account show --resource-group "$GROUP" --name "$storageAccount" --query allowSharedKeyAccess --output tsv
check 'lake: has an id' true az storage fs file exists --account-name "$storageAccount" --file-system lake --path lake.json --auth-mode login --query exists --output tsv
for hub in mbo_raw features_gold inference_results; do
  check "hub $hub: partitions" 4 az eventhubs eventhub show --resource-group "$GROUP" --namespace-name "${eventHubsHost%%.*}" --name "$hub" --query partitionCount --output tsv
done
check 'hub mbo_raw: group of the live worker' live az eventhubs eventhub consumer-group show --resource-group "$GROUP" --namespace-name "${eventHubsHost%%.*}" --eventhub-name mbo_raw --name live --query name --output tsv
for secret in $secretsNeeded; do
  check "secret $secret" "*/$secret/*" az keyvault secret show --vault-name "$vault" --name "$secret" --query id --output tsv
done
for app in $apps; do
  check "process $app" Running az containerapp show --resource-group "$GROUP" --name "$app" --query properties.runningStatus --output tsv
  check "process $app: latest version is the one that runs" true az containerapp show --resource-group "$GROUP" --name "$app" \
    --query 'properties.latestRevisionName == properties.latestReadyRevisionName' --output tsv
done
ask() { curl --silent --show-error --max-time 30 --output /dev/null --write-out '%{http_code}' "$gatewayUrl$1"; }
check "gateway $gatewayUrl: is well" 200 ask /api/health
check "gateway $gatewayUrl: wants a token" 401 ask /api/sessions
if [[ -n $gatewayClientId ]]; then
  sign_in() { curl --silent --show-error --max-time 30 --output /dev/null --write-out '%{redirect_url}' "$gatewayUrl/login"; }
  check 'gateway: sign-in asks for its registration' "https://*client_id=$gatewayClientId*" sign_in
fi
if [[ -n $scoringEndpoint ]]; then
  check "scoring endpoint $scoringEndpoint" Succeeded az resource show --resource-group "$GROUP" --namespace Microsoft.MachineLearningServices \
    --parent "workspaces/$machineLearningWorkspace" --resource-type onlineEndpoints --name "$scoringEndpoint" --query properties.provisioningState --output tsv
fi
if [[ -n $fabricCapacity ]]; then
  check "capacity $fabricCapacity of Fabric" Active az resource show --resource-group "$GROUP" --resource-type Microsoft.Fabric/capacities \
    --name "$fabricCapacity" --query properties.state --output tsv
  items() {
    find_in_fabric workspaces "$WORKSPACE_NAME" || return
    [[ -z $FOUND ]] || fabric get "workspaces/$FOUND/items" --query "join(' ', sort(value[?displayName=='Spymaster'].type))" --output tsv
  }
  check "workspace $WORKSPACE_NAME of Fabric" '*Eventhouse*KQLDashboard*KQLDatabase*' items
fi

if ((FAILED > 0)); then
  printf '%d failed\n' "$FAILED"
  exit 1
fi
printf 'all is well\n'
