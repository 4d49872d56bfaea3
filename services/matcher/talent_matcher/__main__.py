"""`python -m talent_matcher` starts the matcher; `… migrate` prepares its database."""

from talent_kit.server import main

from talent_matcher.app import migrate, run

if __name__ == "__main__":
    main(run, migrate)
