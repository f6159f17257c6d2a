"""The program `fenghuo`, without the commands: a worker process imports the main module of its parent once more."""


def main() -> None:
    from monitors.cli import main as run

    run()


if __name__ == "__main__":
    main()
