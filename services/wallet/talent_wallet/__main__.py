"""`python -m talent_wallet` starts the wallet; `… migrate` prepares its database."""

from talent_kit.server import main

from talent_wallet.app import migrate, start

if __name__ == "__main__":
    main(start, migrate)
