"""The CI systems that are known, told apart by the variables that each sets, and what their APIs are called.

Sources: GitHub Docs, "Variables reference" and "REST API" (issue comments, pulls); GitLab Docs, "Predefined CI/CD
variables reference", "Notes API", "Merge requests API".
"""

from __future__ import annotations

import json

from cassette_tools._record import record
from cassette_tools.errors import UsageError
from cassette_tools.regular import read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


@record
class Entry:
    """Where the API keeps what is written once and then anew: the address of the list, of a new one, and of one that
    is there; `key` is the field with its number, `text` the one with its text.
    """

    listed: str
    created: str
    edited: str
    method: str
    key: str
    text: str


@record
class Host:
    """The job that runs. `number` is that of the pull request, "" for none; `base` the revision before it; `branch` the
    one that was checked out; `page` shows the job, `summary` and `outputs` are files that the system reads.
    `headers` hold the token of the variable `token`, if there is one; `allowing` says what it must be allowed.
    """

    name: str
    request: str
    format: str
    base: str
    number: str
    branch: str
    page: str
    api: str
    token: str
    headers: Mapping[str, str]
    allowing: str
    comments: Entry
    requests: Entry
    branches: tuple[str, str]
    summary: str = ""
    outputs: str = ""


def host_of(environment: Mapping[str, str]) -> Host:
    """The system that runs this. Raises UsageError."""
    for mark, host in (("GITHUB_ACTIONS", _github), ("GITLAB_CI", _gitlab)):
        if environment.get(mark) == "true":
            return host(environment)
    raise UsageError(
        "neither GITHUB_ACTIONS nor GITLAB_CI is set: these steps are for a CI job; elsewhere run cassette"
    )


_NONE = "0" * 40  # what both say for the commit before a new branch


def _github(environment: Mapping[str, str]) -> Host:
    said = environment.get
    event = _event(said("GITHUB_EVENT_PATH", ""))
    number = str((event.get("pull_request") or {}).get("number") or "")
    into, before = said("GITHUB_BASE_REF", ""), str(event.get("before") or _NONE)
    repository = said("GITHUB_REPOSITORY", "")
    project, owner = f"/repos/{repository}", repository.partition("/")[0]
    token = said("GITHUB_TOKEN", "")
    return Host(
        name="GitHub",
        request="pull request",
        format="github",
        base=f"origin/{into}..." if into else "" if before == _NONE else f"{before}..",
        number=number,
        branch=said("GITHUB_REF_NAME", ""),
        page=f"{said('GITHUB_SERVER_URL', '')}/{repository}/actions/runs/{said('GITHUB_RUN_ID', '')}",
        api=said("GITHUB_API_URL", ""),
        token="GITHUB_TOKEN",
        headers={"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"} if token else {},
        allowing=(
            "the job needs `permissions: pull-requests: write`; the token of a pull request from a fork can never write"
        ),
        comments=Entry(
            listed=f"{project}/issues/{number}/comments?per_page=100",
            created=f"{project}/issues/{number}/comments",
            edited=f"{project}/issues/comments/",
            method="PATCH",
            key="id",
            text="body",
        ),
        requests=Entry(
            listed=f"{project}/pulls?state=open&head={owner}:",
            created=f"{project}/pulls",
            edited=f"{project}/pulls/",
            method="PATCH",
            key="number",
            text="body",
        ),
        branches=("head", "base"),
        summary=said("GITHUB_STEP_SUMMARY", ""),
        outputs=said("GITHUB_OUTPUT", ""),
    )


def _gitlab(environment: Mapping[str, str]) -> Host:
    said = environment.get
    number = said("CI_MERGE_REQUEST_IID", "")
    since = said("CI_MERGE_REQUEST_DIFF_BASE_SHA") or said("CI_COMMIT_BEFORE_SHA") or _NONE
    project = f"/projects/{said('CI_PROJECT_ID', '')}"
    token = said("CASSETTE_TOKEN", "")
    return Host(
        name="GitLab",
        request="merge request",
        format="text",
        base="" if since == _NONE else f"{since}..",
        number=number,
        branch=said("CI_COMMIT_BRANCH", ""),
        page=said("CI_JOB_URL", ""),
        api=said("CI_API_V4_URL", ""),
        token="CASSETTE_TOKEN",
        headers={"PRIVATE-TOKEN": token} if token else {},
        allowing="it must be an access token of the project with the scope `api`; the token of a job cannot write",
        comments=Entry(
            listed=f"{project}/merge_requests/{number}/notes?per_page=100",
            created=f"{project}/merge_requests/{number}/notes",
            edited=f"{project}/merge_requests/{number}/notes/",
            method="PUT",
            key="id",
            text="body",
        ),
        requests=Entry(
            listed=f"{project}/merge_requests?state=opened&source_branch=",
            created=f"{project}/merge_requests",
            edited=f"{project}/merge_requests/",
            method="PUT",
            key="iid",
            text="description",
        ),
        branches=("source_branch", "target_branch"),
    )


def _event(path: str) -> dict[str, Any]:
    """What happened, as GitHub has written it down."""
    if not path:
        return {}
    event = json.loads(read(path))
    return event if isinstance(event, dict) else {}
