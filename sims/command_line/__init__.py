"""The command `recount`: each of its commands offers one function of the library at the shell, in a file of its own."""
