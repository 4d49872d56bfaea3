"""`python -m talent_registry [migrate | rotate-kek]`.

Nothing is imported before it is needed: signing workers import this module too.
"""

import sys


def main() -> None:
    from talent_kit.server import run

    from talent_registry import app
    from talent_registry.settings import RegistrySettings

    command = sys.argv[1:]
    if not command:
        run(lambda: app.run(RegistrySettings()))
    elif command == ["migrate"]:
        run(lambda: app.run_migrations(RegistrySettings()))
    elif command == ["rotate-kek"]:
        count = run(lambda: app.rotate_kek(RegistrySettings()))
        sys.stdout.write(f"{count} keys are under the new key-encryption key now.\n")
    else:
        sys.exit("use no argument, or one of: migrate, rotate-kek")


if __name__ == "__main__":
    main()
