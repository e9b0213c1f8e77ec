"""Cookies that are no session of anybody: what networks and load balancers in front of a server set for themselves.

They mark a connection or a machine for minutes or hours, and open nothing to whoever has them. A name that ends with
``*`` stands for all that begin so.
"""

from __future__ import annotations

from cassette_tools._record import record


@record
class Cookie:
    """A cookie by its name, who sets it, and what for."""

    name: str
    owner: str
    reason: str


def _of(owner: str, *rows: tuple[str, str]) -> tuple[Cookie, ...]:
    return tuple(Cookie(name=name, owner=owner, reason=reason) for name, reason in rows)


COOKIES: tuple[Cookie, ...] = (
    *_of(
        "Cloudflare",
        ("__cf_bm", "bot management; expires after 30 minutes"),
        ("_cfuvid", "tells apart visitors of one address for rate limits"),
        ("__cfruid", "rate limits"),
        ("__cfduid", "marked machines until 2021"),
        ("__cflb", "load balancing"),
        ("__cfseq", "bot management"),
        ("__cfwaitingroom", "a waiting room"),
        ("cf_clearance", "a challenge was passed, from one address"),
        ("cf_ob_info", "an outage of the server behind"),
        ("cf_use_ob", "an outage of the server behind"),
    ),
    *_of(
        "AWS",
        ("AWSALB", "load balancing"),
        ("AWSALBCORS", "load balancing"),
        ("AWSALBTG", "load balancing"),
        ("AWSALBTGCORS", "load balancing"),
        ("AWSELB", "load balancing"),
        ("AWSELBCORS", "load balancing"),
    ),
    *_of(
        "Azure",
        ("ARRAffinity", "load balancing"),
        ("ARRAffinitySameSite", "load balancing"),
        ("ApplicationGatewayAffinity", "load balancing"),
        ("ApplicationGatewayAffinityCORS", "load balancing"),
        ("x-ms-gateway-slice", "which part of the login service answered"),
        ("stsservicecookie", "which part of the login service answered"),
        ("fpc", "marks a browser at the login service"),
    ),
    *_of(
        "Google",
        ("GCLB", "load balancing"),
        ("GCILB", "load balancing"),
        ("NID", "settings of a browser that nobody need be logged in to"),
        ("PREF", "settings of a browser, until 2014"),
        ("AEC", "tells scripts from people"),
        ("SOCS", "whether other cookies are welcome"),
        ("CONSENT", "whether other cookies are welcome"),
        ("1P_JAR", "counts visitors"),
    ),
    *_of(
        "Akamai",
        ("ak_bmsc", "bot management"),
        ("bm_sz", "bot management"),
        ("bm_sv", "bot management"),
        ("bm_mi", "bot management"),
        ("_abck", "bot management"),
    ),
    *_of("Imperva", ("visid_incap_*", "marks a visitor"), ("incap_ses_*", "bot management"), ("nlbi_*", "balancing")),
    *_of("Huawei Cloud", ("HWWAFSESID", "its firewall"), ("HWWAFSESTIME", "its firewall")),
    *_of(
        "Alibaba Cloud", ("acw_tc", "its firewall"), ("aliyungf_tc", "load balancing"), ("cdn_sec_tc", "its firewall")
    ),
    *_of("F5", ("BIGipServer*", "load balancing"), ("TS01*", "its firewall")),
    *_of(
        "Wikimedia",
        ("GeoIP", "the place of an address, as far as it tells"),
        ("WMF-Uniq", "counts visitors"),
        ("WMF-Last-Access", "counts visitors, by the day"),
        ("WMF-Last-Access-Global", "counts visitors, by the day"),
        ("NetworkProbeLimit", "how often the network is measured"),
    ),
    *_of("DataDome", ("datadome", "bot management")),
    *_of("HAProxy", ("SERVERID", "load balancing")),
    *_of("nginx", ("INGRESSCOOKIE", "load balancing")),
    *_of("Google Analytics", ("_ga", "counts visitors"), ("_ga_*", "counts visitors"), ("_gid", "counts visitors")),
)

_OWNERS = {row.name: row.owner for row in COOKIES if not row.name.endswith("*")}
_BEGINNINGS = tuple((row.name[:-1], row.owner) for row in COOKIES if row.name.endswith("*"))


def owner_of(name: str) -> str | None:
    """The network that a cookie is of; ``None`` for one that may be a session."""
    known = _OWNERS.get(name)
    return known or next((owner for beginning, owner in _BEGINNINGS if name.startswith(beginning)), None)
