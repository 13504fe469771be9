"""Who may tell machines to do something, and what?

A person asks for a directive of the closed set; the machine is given it with its next answers
(controller.fleet.orders). A command, a path or a rule cannot be said here.
"""

from uuid import uuid4

from controller.errors import Refusal
from controller.fleet import orders, queries
from controller.fleet.models import Machine
from controller.fleet.queries import ENDED
from controller.fleet.standing import Call
from controller.ledger.actions import Act, acting
from evidence.words import Directive


def ask(call: Call, do: Directive) -> Machine:
    """Have a machine told; Refusal for one that has ended or carries no agent."""
    with acting(call.home, call.by) as books:
        machine = queries.machine(call.place, call.machine)
        if machine.state in ENDED or machine.visitor_id is not None:
            raise Refusal(f"{machine.host} listens to nobody: it has ended, or carries no agent")
        held = orders.ask(orders.read(machine.orders), do, uuid4())
        machine.orders = orders.write(held)
        machine.save(update_fields=["orders"])
        act = Act("machine.order", str(machine.id), after={"do": do, "reason": call.reason})
        books.record(machine.org_id, machine.clinic_id, act)
    return machine
