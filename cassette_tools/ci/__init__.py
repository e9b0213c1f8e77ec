"""What a CI job runs: ``python -P -m cassette_tools.ci STEP``, the steps of `action.yml` and `ci/gitlab.yml`.

    lint      findings, as annotations
    drift     what changed since the base, as annotations
    comment   both of them as the one comment in the pull request, which is written anew at each run
    propose   recordings that changed what they mean as a pull request of their own

The steps leave their reports in one folder; `comment` reads what the first two left. All settings are variables of the
environment, so that no word of a pull request reaches a shell. No other command imports this.
"""
