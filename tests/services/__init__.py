"""The real programs that the tests need beside Python: found on the machine, or installed as Debian
packages."""
