"""The commands by name, with arguments and help. Each hands on to its group's file, which is loaded only then."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from osteon.version import VERSION

application = typer.Typer(
    name="osteon",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Clients at run time from JSON service models.",
    epilog="Exit codes: 0 done; 1 checked and something is wrong; 2 impossible as asked; "
    "3 the service answered with an error; 4 no answer.",
)
models = typer.Typer(no_args_is_help=True, help="The services there are models of, and checks of model files.")
schema = typer.Typer(no_args_is_help=True, help="JSON Schema of the model format and of operations.")
application.add_typer(models, name="models")
application.add_typer(schema, name="schema")

Folders = Annotated[list[Path] | None, typer.Option("--models", help="A folder of models, searched first. Repeatable.")]
Format = Annotated[Literal["text", "json"], typer.Option("--format", help="How to print.")]


def _services(incomplete: str) -> list[str]:
    from osteon.cli.completion import services

    return services(incomplete)


def _operations(ctx: typer.Context, incomplete: str) -> list[str]:
    from osteon.cli.completion import operations

    return operations(ctx.params.get("service"), incomplete)


Service = Annotated[str, typer.Argument(help="The service's name, such as s3.", autocompletion=_services)]
Operation = Annotated[
    str, typer.Argument(help="The operation, as PutObject or put-object.", autocompletion=_operations)
]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"osteon {VERSION}")
        raise typer.Exit


@application.callback()
def osteon(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """Clients at run time from JSON service models."""


@models.command("list")
def models_list(folders: Folders = None, form: Format = "text") -> None:
    """The services there are models of: name, newest version, id."""
    from osteon.cli.models import list_services

    list_services(folders or [], form)


@models.command("show")
def models_show(
    service: Service,
    operation: Annotated[str | None, typer.Argument(help="One operation of it.", autocompletion=_operations)] = None,
    folders: Folders = None,
    form: Format = "text",
) -> None:
    """What a service can do, or what one operation takes and gives."""
    from osteon.cli.models import show

    show(service, operation, folders or [], form)


@models.command("check")
def models_check(
    paths: Annotated[list[Path], typer.Argument(help="Model files, or folders of them.")], form: Format = "text"
) -> None:
    """Every fault of model files: file, line, JSON pointer and a hint. Exits with 1 where one is an error."""
    from osteon.cli.models import check_files

    raise typer.Exit(check_files(paths, form))


@schema.command("format")
def schema_format(
    kind: Annotated[
        Literal["service", "paginators", "waiters", "resources"], typer.Argument(help="The kind of file.")
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
    tool: Annotated[bool, typer.Option("--tool", help="As a tool definition for a language model.")] = False,
    openapi: Annotated[bool, typer.Option("--openapi", help="As an OpenAPI 3.1 document.")] = False,
    folders: Folders = None,
) -> None:
    """An operation's input or output as JSON Schema 2020-12."""
    from osteon.cli.schemas import print_operation

    form = "tool" if tool else "openapi" if openapi else "output" if output else "input"
    print_operation(service, operation, form, folders or [])


@schema.command("openapi")
def schema_openapi(
    service: Service,
    operations: Annotated[
        list[str] | None, typer.Argument(help="Some operations of it; without, all.", autocompletion=_operations)
    ] = None,
    folders: Folders = None,
) -> None:
    """A service as an OpenAPI 3.1 document: paths, parameters, bodies, answers, errors and security."""
    from osteon.cli.schemas import print_openapi

    print_openapi(service, operations or (), folders or [])


@application.command("stubs")
def stubs(
    services: Annotated[list[str] | None, typer.Argument(help="Services by name.", autocompletion=_services)] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The package's folder.")] = None,
    folders: Folders = None,
    config: Annotated[Path | None, typer.Option(help="A TOML file with [tool.osteon.stubs].")] = None,
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
        raise typer.Exit(1)


@application.command("call")
def call(
    service: Service,
    operation: Operation,
    params: Annotated[str, typer.Option(help="Parameters as JSON, or @FILE, or @- for standard input.")] = "{}",
    endpoint_url: Annotated[str | None, typer.Option(help="Where the service is.")] = None,
    region: Annotated[str | None, typer.Option(help="The region of an AWS service.")] = None,
    profile: Annotated[str | None, typer.Option(help="The profile of AWS's config files.")] = None,
    query: Annotated[str | None, typer.Option(help="A JMESPath expression for what to print.")] = None,
    output: Annotated[Literal["json", "table"], typer.Option(help="How to print.")] = "json",
    all_pages: Annotated[bool, typer.Option("--all-pages", help="Ask for every page, print them as one.")] = False,
    save: Annotated[Path | None, typer.Option(help="Where a streamed body goes.")] = None,
    folders: Folders = None,
) -> None:
    """Call an operation and print its answer."""
    from osteon.cli.calls import Call, make_call

    make_call(
        Call(service, operation, params, endpoint_url, region, profile, query, output, all_pages, save),
        folders or [],
    )
