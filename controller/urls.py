"""Which address shows what? A page is one line here."""

from django.urls import include, path

from controller.api import health
from controller.pages import (
    accounts,
    alerts,
    appearance,
    audit,
    calendar,
    channels,
    clinic,
    controls,
    failures,
    findings,
    fleet,
    home,
    inventory,
    join,
    lost,
    machine,
    machine_acts,
    paperwork,
    people,
    registers,
    settings,
    sign_in,
    statement,
    waiver_ask,
    waivers,
)

urlpatterns = [
    path("", home.page, name="home"),
    path("sign-in", sign_in.page, name="sign-in"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("", include(accounts)),
    path("link/<str:secret>", sign_in.link, name="link"),
    path("appearance", appearance.choose, name="appearance"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("<slug:org>/", fleet.page, name="fleet"),
    path("<slug:org>/alerts/", alerts.page, name="alerts"),
    path("<slug:org>/alerts/<uuid:alert>/", alerts.one, name="alert"),
    path("<slug:org>/mutes/<uuid:mute>/", alerts.mute, name="mute"),
    path("<slug:org>/c/<slug:clinic>/alerts/", alerts.page, name="clinic-alerts"),
    path("<slug:org>/channels/", channels.page, name="channels"),
    path("<slug:org>/channels/<uuid:channel>/", channels.one, name="channel"),
    path("<slug:org>/routes/<uuid:route>/end", channels.end_route, name="route-end"),
    path("<slug:org>/c/<slug:clinic>/channels/", channels.page, name="clinic-channels"),
    path("<slug:org>/audit/", audit.page, name="audit"),
    path("<slug:org>/c/<slug:clinic>/audit/", audit.page, name="clinic-audit"),
    path("<slug:org>/settings/", settings.page, name="settings"),
    path("<slug:org>/people/", people.page, name="people"),
    path("<slug:org>/people/<uuid:held>/end", people.end, name="people-end"),
    path("<slug:org>/c/<slug:clinic>/people/", people.page, name="clinic-people"),
    path("<slug:org>/people/<uuid:held>/names", people.designate, name="people-designate"),
    path(
        "<slug:org>/c/<slug:clinic>/people/<uuid:held>/names",
        people.designate,
        name="clinic-people-designate",
    ),
    path(
        "<slug:org>/c/<slug:clinic>/people/<uuid:held>/end",
        people.end,
        name="clinic-people-end",
    ),
    path("<slug:org>/c/<slug:clinic>/", clinic.page, name="clinic"),
    path("<slug:org>/c/<slug:clinic>/controls/", controls.page, name="controls"),
    path("<slug:org>/c/<slug:clinic>/controls.csv", controls.table, name="controls-csv"),
    path("<slug:org>/c/<slug:clinic>/inventory/", inventory.page, name="inventory"),
    path(
        "<slug:org>/c/<slug:clinic>/inventory/<uuid:listed>",
        inventory.change,
        name="inventory-item",
    ),
    path("<slug:org>/c/<slug:clinic>/findings/", findings.page, name="findings"),
    path("<slug:org>/c/<slug:clinic>/paperwork/", paperwork.page, name="paperwork"),
    path("<slug:org>/c/<slug:clinic>/calendar/", calendar.page, name="calendar"),
    path("<slug:org>/c/<slug:clinic>/calendar.ics", calendar.ics, name="calendar-ics"),
    path("<slug:org>/c/<slug:clinic>/r/<slug:register>/", registers.page, name="register"),
    path("<slug:org>/c/<slug:clinic>/r/<slug:register>.csv", registers.table, name="register-csv"),
    path(
        "<slug:org>/c/<slug:clinic>/r/<slug:register>/<uuid:entry>/",
        registers.entry,
        name="register-entry",
    ),
    path("<slug:org>/c/<slug:clinic>/paperwork.csv", paperwork.table, name="paperwork-csv"),
    path(
        "<slug:org>/c/<slug:clinic>/paperwork/sign/<slug:kind>/", statement.page, name="statement"
    ),
    path(
        "<slug:org>/c/<slug:clinic>/paperwork/<uuid:statement>/reject",
        statement.reject,
        name="statement-reject",
    ),
    path("<slug:org>/waivers/", waivers.page, name="waivers"),
    path("<slug:org>/c/<slug:clinic>/waivers/", waivers.page, name="clinic-waivers"),
    path("<slug:org>/c/<slug:clinic>/waivers/delegate", waivers.delegate, name="waivers-delegate"),
    path("<slug:org>/c/<slug:clinic>/waivers/<uuid:waiver>/", waivers.one, name="waiver"),
    path(
        "<slug:org>/c/<slug:clinic>/m/<uuid:machine>/waive/<slug:rule>/",
        waiver_ask.page,
        name="waiver-ask",
    ),
    path("<slug:org>/c/<slug:clinic>/join/", join.page, name="join"),
    path("<slug:org>/c/<slug:clinic>/m/<uuid:machine>/", machine.page, name="machine"),
    path("<slug:org>/c/<slug:clinic>/m/<uuid:machine>/lost/", lost.page, name="lost"),
    path("<slug:org>/c/<slug:clinic>/m/<uuid:machine>/reports", machine.reports, name="reports"),
    path(
        "<slug:org>/c/<slug:clinic>/m/<uuid:machine>/do/<slug:deed>/",
        machine_acts.page,
        name="machine-act",
    ),
]

handler400 = failures.bad_request
handler403 = failures.not_allowed
handler404 = failures.not_there
handler500 = failures.broken
