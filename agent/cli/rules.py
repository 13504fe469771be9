"""What a rule author does: `dentinel rules check`, `test`, `explain`.

To add a verb, add its file to agent/cli/author/ and its line here.
"""

import typer

from agent.cli.author.check import check
from agent.cli.author.diff import diff
from agent.cli.author.docs import docs
from agent.cli.author.evaluate import evaluate
from agent.cli.author.explain import explain
from agent.cli.author.fmt import fmt
from agent.cli.author.new import app as new
from agent.cli.author.schema import schema
from agent.cli.author.test import run as test

app = typer.Typer(
    name="rules",
    help="Write, check, test and explain the rules that machines are judged by.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

app.add_typer(new, name="new")
app.command("check")(check)
app.command("fmt")(fmt)
app.command("test")(test)
app.command("explain")(explain)
app.command("diff")(diff)
app.command("eval")(evaluate)
app.command("schema")(schema)
app.command("docs")(docs)
