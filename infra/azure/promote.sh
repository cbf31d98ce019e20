#!/usr/bin/env bash
# Brings the champion of the lake's registry to the scoring endpoint of Azure Machine Learning: blue to green, or green to blue.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'HELP'
Usage: infra/azure/promote.sh ENVIRONMENT [options]

Deploys the champion behind the scoring endpoint, as whichever of blue and green has no requests; tries it; then gives it 10 %, 50 % and all
of them, and takes them back as soon as one fails. What served before stays, so that --rollback is a matter of seconds.

Options:
  --model VERSION   another version, such as logistic@3, in place of the champion
  --rollback        all requests back to the deployment that has none now
  --retire          remove the deployment that has no requests
  --group NAME      resource group (default: rg-spymaster-ENVIRONMENT)
  -h, --help        show this
HELP
}

MODEL=champion
DO=promote
ARGUMENTS=()
while (($# > 0)); do
  case $1 in
    --model)
      MODEL=${2:?--model needs a version}
      shift
      ;;
    --rollback) DO=rollback ;;
    --retire) DO=retire ;;
    *) ARGUMENTS+=("$1") ;;
  esac
  shift
done
read_arguments "${ARGUMENTS[@]}"
((${#REST[@]} == 0)) || wrong_use "${REST[0]} is no option"
SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT

# A command of az ml on this workspace.
ml() { az ml "$@" --resource-group "$GROUP" --workspace-name "$machineLearningWorkspace"; }

share_of() { ml online-endpoint show --name "$scoringEndpoint" --query "traffic.$1 || \`0\`" --output tsv; }

# Which colour serves (LIVE), which does not (IDLE), and which are there (PRESENT).
find_colours() {
  local blue green
  blue=$(share_of blue)
  green=$(share_of green)
  PRESENT=$(ml online-deployment list --endpoint-name "$scoringEndpoint" --query '[].name' --output tsv)
  LIVE='' IDLE=blue
  ((blue + green > 0)) || return 0
  if ((green > blue)); then LIVE=green IDLE=blue; else LIVE=blue IDLE=green; fi
}

is_present() { grep -qx "$1" <<<"$PRESENT"; }

# Arguments: how much of the requests IDLE gets, in percent.
give() {
  local traffic="$IDLE=$1"
  [[ -z $LIVE ]] || traffic+=" $LIVE=$((100 - $1))"
  step "Requests: $traffic"
  ml online-endpoint update --name "$scoringEndpoint" --traffic "$traffic" --output none
}

# The version that is meant, as logistic@3.
find_version() {
  SPYMASTER_LAKE=$lake "${SPYMASTER:-$PROJECT/spymaster}" models show "$MODEL" --json >"$SCRATCH/model.json" ||
    fail "There is no $MODEL to promote: train first, or name a version with --model."
  VERSION=$(node -p 'const { model, version } = JSON.parse(fs.readFileSync(process.argv[1])); `${model}@${version}`' "$SCRATCH/model.json")
}

ensure_environment() {
  local changes found
  changes=$(git -C "$PROJECT" status --porcelain)
  [[ -z $changes ]] || fail 'There are changes that are not committed: an image is named by its commit.'
  TAG=$(git -C "$PROJECT" rev-parse --short=12 HEAD)
  # Versions of what is not there at all are an error.
  found=$(ml environment list --query "contains([].name, 'spymaster-scorer')" --output tsv)
  if [[ $found == true ]]; then
    found=$(ml environment list --name spymaster-scorer --query "contains([].version, '$TAG')" --output tsv)
  fi
  [[ $found != true ]] || return 0
  step "Building spymaster-scorer:$TAG: some minutes"
  az acr build --registry "$registry" --image "spymaster-scorer:$TAG" --file "$PROJECT/infra/containers/Dockerfile" --target scorer \
    --platform linux/amd64 "$PROJECT"
  ml environment create --file "$AZURE_FOLDER/ml/environment.yml" --version "$TAG" \
    --set "image=$registryServer/spymaster-scorer:$TAG" --output none
}

deploy_idle() {
  # Made anew rather than changed: what was there before has nothing in common with it but the colour.
  if is_present "$IDLE"; then
    step "Removing the $IDLE of before, which has no requests"
    ml online-deployment delete --endpoint-name "$scoringEndpoint" --name "$IDLE" --yes
  fi
  step "Deploying $VERSION as $IDLE: about ten minutes"
  ml online-deployment create --file "$AZURE_FOLDER/ml/deployment.yml" --name "$IDLE" --endpoint-name "$scoringEndpoint" --output none \
    --set "environment=azureml:spymaster-scorer:$TAG" "environment_variables.SPYMASTER_LAKE=$lake" \
    "environment_variables.SPYMASTER_SCORE_MODEL=$VERSION" "environment_variables.AZURE_CLIENT_ID=$scorerClientId"
  az deployment group create --resource-group "$GROUP" --name "scoring-$IDLE" --template-file "$AZURE_FOLDER/modules/scoringAutoscale.bicep" \
    --parameters "workspace=$machineLearningWorkspace" "endpoint=$scoringEndpoint" "deployment=$IDLE" --output none
}

# Asks the new deployment, and no other, about the last touch of the lake.
try_idle() {
  SPYMASTER_LAKE=$lake "${SPYMASTER:-$PROJECT/spymaster}" query --format ndjson - <"$AZURE_FOLDER/ml/request.sql" >"$SCRATCH/request.json"
  [[ -s $SCRATCH/request.json ]] || fail 'There is no touch in the lake that the deployment could be tried with.'
  ml online-endpoint invoke --name "$scoringEndpoint" --deployment-name "$IDLE" --request-file "$SCRATCH/request.json" >"$SCRATCH/answer.json"
  # The answer is a text of JSON within JSON.
  grep -qF "$VERSION" "$SCRATCH/answer.json" ||
    fail "$IDLE does not answer by $VERSION, and got no requests: $(head -c 500 "$SCRATCH/answer.json")"
}

# How many of the minutes since it got requests had one that IDLE failed.
failures() {
  az monitor metrics list --resource "$ENDPOINT_ID" --metrics RequestsPerMinute --aggregation Average --interval PT1M --offset 10m \
    --filter "deployment eq '$IDLE' and statusCodeClass eq '5xx'" \
    --query 'length(value[].timeseries[].data[?average > `0`][])' --output tsv
}

promote() {
  local share failed
  find_version
  [[ -z $LIVE ]] || step "$LIVE serves now"
  ensure_environment
  deploy_idle
  try_idle
  if [[ -z $LIVE ]]; then
    give 100
    return
  fi
  ENDPOINT_ID=$(ml online-endpoint show --name "$scoringEndpoint" --query id --output tsv)
  for share in 10 50 100; do
    give "$share"
    sleep "${SPYMASTER_PROMOTE_PAUSE:-300}"
    failed=$(failures)
    if ((failed > 0)); then
      give 0
      fail "$IDLE failed requests of $failed minutes: all are with $LIVE again. \`az ml online-deployment get-logs --endpoint-name $scoringEndpoint --name $IDLE\` tells why."
    fi
  done
  step "$VERSION has all requests; back: infra/azure/promote.sh $ENVIRONMENT --rollback"
}

require_azure
read_outputs machineLearningWorkspace scoringEndpoint registry registryServer lake scorerClientId
[[ -n $scoringEndpoint ]] || fail "$GROUP has no scoring endpoint: deploy with machineLearning=true."
find_colours
case $DO in
  promote) promote ;;
  rollback)
    [[ -n $LIVE ]] && is_present "$IDLE" || fail 'There is no other deployment that requests could go back to.'
    give 100
    ;;
  retire)
    is_present "$IDLE" || fail 'There is no deployment without requests.'
    [[ -n $LIVE ]] || fail "Nothing serves yet: $IDLE is the only one."
    ml online-deployment delete --endpoint-name "$scoringEndpoint" --name "$IDLE" --yes
    ;;
esac
