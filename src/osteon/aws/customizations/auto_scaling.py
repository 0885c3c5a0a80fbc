"""Handlers of Auto Scaling clients."""

from __future__ import annotations

from osteon.aws.customizations.user_data import encode_user_data
from osteon.events.admission import Registration

HANDLERS = (Registration("before-parameter-build.auto-scaling.CreateLaunchConfiguration", encode_user_data),)
