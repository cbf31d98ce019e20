"""Puts the items of the workspace beside this file into a workspace of Microsoft Fabric, by Microsoft's fabric-cicd.

  pip install fabric-cicd==1.4.0
  SPYMASTER_LAKE_URL=abfss://lake@ACCOUNT.dfs.core.windows.net python infra/fabric/deploy.py WORKSPACE_ID

Signs in as the Azure CLI does (`az login`). With --check nothing is sent: the items are read and their parameters put in as they would be.
"""
import json
import os
import re
import sys
import time
from base64 import urlsafe_b64encode
from pathlib import Path

ITEMS = ["Eventhouse", "KQLDatabase", "KQLDashboard"]
LAKE_URL = re.compile(r"abfss://[^/@\s']+@[a-z0-9.-]+(/[^\s']*)?")


def refuse(message: str) -> None:
    print(message, file=sys.stderr)
    sys.exit(2)


def main(arguments: list[str]) -> None:
    check = "--check" in arguments
    workspaces = [argument for argument in arguments if argument != "--check"]
    if len(workspaces) != 1 or workspaces[0].startswith("-"):
        refuse(__doc__)
    if not LAKE_URL.fullmatch(os.environ.get("SPYMASTER_LAKE_URL", "")):
        refuse("SPYMASTER_LAKE_URL must name the lake, such as abfss://lake@ACCOUNT.dfs.core.windows.net")

    from fabric_cicd import FabricWorkspace, append_feature_flag, publish_all_items

    append_feature_flag("enable_environment_variable_replacement")
    workspace = FabricWorkspace(
        workspace_id=workspaces[0],
        repository_directory=str(Path(__file__).parent / "workspace"),
        item_type_in_scope=ITEMS,
        environment="prod",
        token_credential=nobody() if check else signed_in(),
    )
    if check:
        print(json.dumps(read_items(workspace)))
    else:
        publish_all_items(workspace)


def signed_in():
    from azure.identity import AzureCliCredential

    return AzureCliCredential()


def nobody():
    """A credential that is good for nothing: no request is made with it."""
    from azure.core.credentials import AccessToken, TokenCredential

    class Nobody(TokenCredential):
        def get_token(self, *scopes, **options):
            expires = int(time.time()) + 3600
            parts = [{"alg": "none"}, {"exp": expires, "upn": "nobody"}]
            encoded = [urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
            return AccessToken(".".join([*encoded, "x"]), expires)

    return Nobody()


def read_items(workspace) -> dict:
    """Text of each file of each item, as it would be sent but for ids that only the workspace knows."""
    workspace._refresh_repository_items()
    return {
        f"{kind}/{name}": {
            Path(file.file_path).name: workspace._replace_parameters(file, item)
            for file in item.item_files
            if file.type == "text"
        }
        for kind, named in workspace.repository_items.items()
        for name, item in named.items()
    }


main(sys.argv[1:])
