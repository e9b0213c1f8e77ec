#!/usr/bin/env bash
# Install cassette from the folder of this action, into a folder of its own: nothing of the project's Python changes.
set -euo pipefail

python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "::error title=cassette::$python is older than Python 3.11, or is not installed: put actions/setup-python before this step, or name another Python by the input python"
    exit 2
fi
"$python" -m pip install --quiet --disable-pip-version-check --no-input --upgrade --target "$RUNNER_TEMP/cassette" "$GITHUB_ACTION_PATH"
