"""Starts the verifier, or with the argument `migrate` its migrations."""

if __name__ == "__main__":
    # Worker processes import this module too, and need none of these.
    from talent_kit.server import main

    from talent_verifier.app import run, run_migrations
    from talent_verifier.settings import VerifierSettings

    settings = VerifierSettings()
    main(lambda: run(settings), lambda: run_migrations(settings))
