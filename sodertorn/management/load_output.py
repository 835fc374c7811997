"""How the loading commands speak: one line of figures, then the rows that were left alone."""

from django.core.management.base import CommandError, OutputWrapper

from sodertorn.loaded_rows import LoadFailed, LoadReport


def write_report(stdout: OutputWrapper, title: str, report: LoadReport) -> None:
    stdout.write(
        f"{title}: {report.created} nya, {report.changed} ändrade, {report.unchanged} oförändrade, "
        f"{len(report.left)} lämnade."
    )
    for line in report.left:
        stdout.write(f"  Lämnad: {line}")
    for key in report.vanished:
        stdout.write(f"  Finns kvar i databasen men inte längre i filen: {key}")


def command_error(error: LoadFailed) -> CommandError:
    faults = "\n".join(f"  {fault}" for fault in error.faults)
    return CommandError(f"Inget lästes in. Rätta det här i filen och försök igen:\n{faults}")
