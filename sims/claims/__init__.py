"""Published claims put to the test: what they say, how likely it is, whether other reasonable choices say so too, and a verdict."""
