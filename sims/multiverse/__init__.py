"""The same question under every reasonable specification."""
