"""Which channels are there? To add one, add its line."""

from controller.alerts.channels.base import Channel
from controller.alerts.channels.email import EMAIL
from controller.alerts.channels.slack import SLACK
from controller.alerts.channels.teams import TEAMS
from controller.alerts.channels.webhook import WEBHOOK

CHANNELS: dict[str, Channel] = {one.kind: one for one in (EMAIL, WEBHOOK, SLACK, TEAMS)}
