"""Makes azureCli.json anew: what the scripts' commands of the Azure command line take, from its own tables.

    python3 -m venv /tmp/azure-cli && /tmp/azure-cli/bin/pip install azure-cli==2.91.0
    /tmp/azure-cli/bin/python infra/azure/facts/deriveAzureCli.py

It is 700 MB, and loads its tables for a minute: for tests their part in question is kept.
"""

import json
import os

from azure.cli.core import __version__, get_default_cli
from azure.cli.core.file_util import create_invoker_and_load_cmds_and_args

COMMANDS = """
account show
acr build
acr repository list
acr repository show-tags
ad app credential reset
ad app show
ad app update
ad signed-in-user show
ad sp show
consumption budget list
containerapp job execution show
containerapp job start
containerapp logs show
containerapp show
deployment group create
deployment group show
deployment group what-if
eventhubs eventhub consumer-group show
eventhubs eventhub show
group create
group delete
group exists
group show
keyvault secret list
keyvault secret set
keyvault secret show
monitor metrics list
provider list
provider register
resource list
resource show
rest
storage account show
storage fs file download
storage fs file exists
storage fs file upload
""".strip().splitlines()

cli = get_default_cli()
create_invoker_and_load_cmds_and_args(cli)
table = cli.invocation.commands_loader.command_table


def of_argument(key, argument):
    settings = argument.type.settings
    options = settings.get("options_list")
    given = [f"--{key.replace('_', '-')}"] if options is None else options
    names = [name for name in given if isinstance(name, str)]
    choices = settings.get("choices")
    return {
        "names": names,
        **({"required": True} if settings.get("required") else {}),
        **({"values": settings["nargs"]} if settings.get("nargs") is not None else {}),
        **({"values": 0} if settings.get("action") == "store_true" else {}),
        **({"choices": sorted(str(choice) for choice in choices)} if choices else {}),
    }


commands = {}
for name in COMMANDS:
    command = table[name]
    if not command.arguments:
        command.load_arguments()
    arguments = [
        of_argument(key, argument)
        for key, argument in command.arguments.items()
        if getattr(argument.type.settings.get("action"), "__name__", "") != "IgnoreAction"
    ]
    commands[name] = {
        "positional": sum(not argument["names"] for argument in arguments),
        "options": [argument for argument in arguments if argument["names"]],
    }

place = os.path.join(os.path.dirname(os.path.abspath(__file__)), "azureCli.json")
with open(place, "w") as file:
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(command)}" for name, command in commands.items())
    file.write(f'{{"$comment": "Derived by deriveAzureCli.py from azure-cli {__version__}",\n"commands": {{\n{lines}\n}}}}\n')
