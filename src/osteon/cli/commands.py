"""The commands by name, with arguments and help. Each hands on to its group's file, which is loaded only then."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from osteon.cli.outcomes import FAULTS_FOUND
from osteon.version import VERSION

_LOOKS: dict[str, Any] = {
    "no_args_is_help": True,
    # Help in panels takes rich, and twice the time.
    "rich_markup_mode": None,
    "context_settings": {"max_content_width": 110, "help_option_names": ["-h", "--help"]},
}

application = typer.Typer(
    name="osteon",
    pretty_exceptions_enable=False,
    add_completion=False,  # see completion.py
    help="Clients at run time from JSON service models.",
    epilog="Exit codes: 0 done; 1 checked and something is wrong; 2 impossible as asked; "
    "3 the service answered with an error; 4 no answer; 130 interrupted; 141 nobody reads the output.",
    **_LOOKS,
)
models = typer.Typer(help="The services there are models of, and checks of model files.", **_LOOKS)
schema = typer.Typer(help="JSON Schema, OpenAPI and tools, of operations and services.", **_LOOKS)
application.add_typer(models, name="models")
application.add_typer(schema, name="schema")

Folders = Annotated[
    list[Path] | None,
    typer.Option("--models", metavar="FOLDER", help="A folder of models, searched first. Repeatable."),
]
Format = Annotated[Literal["text", "json"], typer.Option("--format", help="How to print.")]
Service = Annotated[str, typer.Argument(metavar="SERVICE", help="The service's name, such as s3.")]
Operation = Annotated[str, typer.Argument(metavar="OPERATION", help="The operation, as PutObject or put-object.")]
Operations = Annotated[
    list[str] | None, typer.Argument(metavar="OPERATION", help="Some of its operations; without, all.")
]
Tool = Annotated[bool, typer.Option("--tool", help="As tool definitions for a language model.")]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"osteon {VERSION}")
        raise typer.Exit


@application.callback()
def osteon(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """Clients at run time from JSON service models."""


@application.command("call")
def call(
    service: Service,
    operation: Operation,
    members: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="MEMBER=VALUE",
            help="Parameters by name: text, numbers, or JSON for lists and structures. @FILE is what is in a file.",
        ),
    ] = None,
    params: Annotated[
        str, typer.Option(metavar="JSON", help="Parameters as JSON, or @FILE, or @- for standard input.")
    ] = "{}",
    endpoint_url: Annotated[str | None, typer.Option(metavar="URL", help="Where the service is.")] = None,
    region: Annotated[str | None, typer.Option(metavar="NAME", help="The region of an AWS service.")] = None,
    profile: Annotated[str | None, typer.Option(metavar="NAME", help="The profile of AWS's config files.")] = None,
    query: Annotated[str | None, typer.Option(metavar="JMESPATH", help="What to print of the answer.")] = None,
    output: Annotated[Literal["json", "table"], typer.Option(help="How to print.")] = "json",
    all_pages: Annotated[bool, typer.Option("--all-pages", help="Ask for every page, print them as one.")] = False,
    base64: Annotated[
        bool, typer.Option("--base64", help="Text given for blobs is base64, as in answers; files never are.")
    ] = False,
    save: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where a streamed body goes; - prints it, and nothing else.")
    ] = None,
    folders: Folders = None,
) -> None:
    """Call an operation and print its answer.

    Members that the model marks sensitive are printed as <redacted>.
    """
    from osteon.cli.calls import Call, Place, make_call

    place = Place(service, endpoint_url, region, profile)
    asked = Call(operation, params, members or (), query, output, all_pages=all_pages, base64=base64, save=save)
    make_call(place, asked, folders or [])


@application.command("stubs")
def stubs(
    services: Annotated[list[str] | None, typer.Argument(metavar="SERVICE", help="Services by name.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FOLDER", help="The package's folder.")
    ] = None,
    folders: Folders = None,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="A TOML file with [tool.osteon.stubs].")] = None,
    docstrings: Annotated[bool | None, typer.Option("--docstrings/--no-docstrings", help="For editors.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit with 1 where types differ.")] = False,
) -> None:
    """A package of types for services, made from their models. What is not said here, pyproject.toml may say."""
    from osteon.cli.stubs import Asked, differences, generate, report

    asked = Asked(services or (), output, folders or (), config, docstrings)
    if not check:
        typer.echo(generate(asked))
    elif lines := differences(asked):
        report(lines)
        raise typer.Exit(FAULTS_FOUND)


@models.command("list")
def models_list(folders: Folders = None, form: Format = "text") -> None:
    """The services there are models of: name, newest version, id."""
    from osteon.cli.models import list_services

    list_services(folders or [], form)


@models.command("show")
def models_show(
    service: Service,
    operation: Annotated[str | None, typer.Argument(metavar="OPERATION", help="One operation of it.")] = None,
    folders: Folders = None,
    form: Format = "text",
) -> None:
    """What a service can do, or what one operation takes and gives."""
    from osteon.cli.models import show

    show(service, operation, folders or [], form)


@models.command("check")
def models_check(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Model files, or folders of them.")],
    form: Format = "text",
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 for warnings, too: misspelt keys.")] = False,
) -> None:
    """Every fault of model files: file, line, JSON pointer and a hint. Exits with 1 where one is an error."""
    from osteon.cli.models import check_files

    if check_files(paths, form, strict=strict):
        raise typer.Exit(FAULTS_FOUND)


@schema.command("format")
def schema_format(
    kind: Annotated[
        Literal["service", "paginators", "waiters", "resources", "examples"],
        typer.Argument(metavar="KIND", help="service, paginators, waiters, resources or examples."),
    ] = "service",
) -> None:
    """The published JSON Schema of model files."""
    from osteon.cli.schemas import print_format

    print_format(kind)


@schema.command("operation")
def schema_operation(
    service: Service,
    operation: Operation,
    output: Annotated[bool, typer.Option("--output/--input", help="What it gives, instead of what it takes.")] = False,
    tool: Tool = False,
    openapi: Annotated[bool, typer.Option("--openapi", help="As an OpenAPI 3.1 document.")] = False,
    folders: Folders = None,
) -> None:
    """An operation's input or output as JSON Schema 2020-12."""
    from osteon.cli.schemas import print_operation

    forms = [name for name, asked in (("output", output), ("tool", tool), ("openapi", openapi)) if asked]
    if len(forms) > 1:
        raise typer.BadParameter(f"--{forms[0]} and --{forms[1]} are two answers; ask for one")
    print_operation(service, operation, forms[0] if forms else "input", folders or [])


@schema.command("service")
def schema_service(
    service: Service,
    operations: Operations = None,
    tool: Tool = False,
    openapi: Annotated[bool, typer.Option("--openapi", help="As an OpenAPI 3.1 document; the default.")] = False,
    folders: Folders = None,
) -> None:
    """A service as an OpenAPI 3.1 document, or as tools for a language model."""
    from osteon.cli.schemas import print_service

    if tool and openapi:
        raise typer.BadParameter("--tool and --openapi are two answers; ask for one")
    print_service(service, operations or (), "tool" if tool else "openapi", folders or [])


@application.command("completion", short_help="What makes a shell complete what you type.")
def completion(
    shell: Annotated[Literal["bash", "zsh", "fish"], typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
) -> None:
    """The completion function of a shell, to be loaded by it: eval "$(osteon completion bash)"."""
    from osteon.cli.shells import SCRIPTS

    typer.echo(SCRIPTS[shell])
