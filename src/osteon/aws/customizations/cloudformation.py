"""Handlers of CloudFormation clients."""

from __future__ import annotations

import json
import logging
from typing import Any

from osteon.events.admission import Registration

logger = logging.getLogger(__name__)


def read_template(parsed: dict[str, Any], **kwargs: Any) -> None:
    """Give a template in JSON as a dict; one in YAML stays text."""
    try:
        parsed["TemplateBody"] = json.loads(parsed["TemplateBody"])
    except KeyError:
        return
    except (ValueError, TypeError, RecursionError):
        logger.debug("The template is no JSON")


HANDLERS = (Registration("after-call.cloudformation.GetTemplate", read_template),)
