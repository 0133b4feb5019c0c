"""Compiled functions, one file a topic; they import numpy, math, the one decorator and each other."""
