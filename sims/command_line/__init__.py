"""The command `recount`: every command is one public function of the library, seen from a shell, in a file of its own."""
